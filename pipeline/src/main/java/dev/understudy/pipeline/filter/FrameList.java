package dev.understudy.pipeline.filter;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.files.DataException;
import dev.understudy.files.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The list that other trainers, and our own importer, read: {@code rgb<TAB>labels[<TAB>depth]} a line, with paths relative to
 * the nearest folder that holds both the pictures and the labels.
 */
final class FrameList {
    private final Path root;
    private final Path folder;
    private final Path out;

    /**
     * @param folder of the manifest
     * @param out where results go; made if missing
     * @throws DataException if no folder holds both
     */
    FrameList(Path folder, Path out) throws IOException {
        Files.createDirectories(out);
        this.folder = folder.toRealPath();
        this.out = out.toRealPath();
        if (Storage.isRemote(folder) || Storage.isRemote(out)) {
            this.root = this.out;
            return;
        }
        Path above = this.out;
        while (above != null && !this.folder.startsWith(above)) {
            above = above.getParent();
        }
        if (above == null) {
            throw new DataException(out + ": found no folder above both it and " + folder
                    + ", which the list's paths could be relative to; choose an --out on the same drive");
        }
        this.root = above;
    }

    /** What the paths are relative to; frames that lie in another storage are listed by their URIs. */
    Path root() {
        return root;
    }

    /**
     * Makes sure that results fall on nothing that the frame has.
     *
     * @throws ConfigurationException if they would
     */
    void requireFree(FrameRecord record) throws IOException {
        for (String path : Stream.of(record.rgb(), record.depth(), record.segmentation(), record.normals())
                .filter(named -> named != null)
                .toList()) {
            Path file = FrameRules.resolve(folder, path).toRealPath();
            for (String written : new String[] {"labels", "weights"}) {
                Path there = out.resolve(written);
                if (file.startsWith(Files.exists(there) ? there.toRealPath() : there)) {
                    throw new ConfigurationException("--out " + out + ": results would be written among the frames' own"
                            + " files (" + file + "), which stay as they are; choose another folder");
                }
            }
        }
    }

    static String labels(FrameRecord record) {
        return "labels/" + record.id() + ".png";
    }

    String line(FrameRecord record) {
        String depth = record.depth() == null ? "" : "\t" + relative(folder.resolve(record.depth()));
        return relative(folder.resolve(record.rgb())) + "\t" + relative(out.resolve(labels(record))) + depth + "\n";
    }

    private String relative(Path file) {
        if (!file.getFileSystem().equals(root.getFileSystem())) {
            return file.toString();
        }
        return root.relativize(file).toString().replace(java.io.File.separatorChar, '/');
    }
}
