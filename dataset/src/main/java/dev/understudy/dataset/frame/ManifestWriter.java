package dev.understudy.dataset.frame;

import dev.understudy.files.AtomicFile;
import dev.understudy.files.AtomicFile.WrittenFile;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes a manifest line by line. The file appears, whole, when {@link #publish} is called; without that nothing is
 * left behind. One thread at a time.
 */
public final class ManifestWriter implements AutoCloseable {
    private final Path target;
    private final Path temporary;
    private final BufferedWriter out;
    private int frames;

    public ManifestWriter(Path target) throws IOException {
        this.target = target;
        this.temporary = AtomicFile.temporaryBeside(target);
        this.out = Files.newBufferedWriter(temporary, StandardCharsets.UTF_8);
    }

    /**
     * Where a changed copy of a manifest goes: beside it, because paths of frames are relative to its folder.
     *
     * @param manifest {@code manifest.jsonl}, or its folder
     * @param frames what was read from it
     * @param name of the new file
     * @throws DataException if it is the manifest itself, or lies elsewhere
     */
    public static Path beside(Path manifest, Manifest frames, String name) throws IOException {
        Path original = Files.isDirectory(manifest) ? manifest.resolve(Manifest.FILE_NAME) : manifest;
        Path target = frames.folder().resolve(name).normalize();
        if (!frames.folder().normalize().equals(target.getParent())) {
            throw new DataException(target + ": expected a file in the manifest's folder, " + frames.folder()
                    + ", to which the paths of frames are relative; give a name without a folder");
        }
        if (Files.exists(target) && Files.isSameFile(target, original)) {
            throw new DataException(target + ": is the manifest that is read, which stays as it is; give another name");
        }
        return target;
    }

    /** Writes all of {@code frames} at once. */
    public static WrittenFile write(Path target, Iterable<FrameRecord> frames) throws IOException {
        try (ManifestWriter writer = new ManifestWriter(target)) {
            for (FrameRecord frame : frames) {
                writer.add(frame);
            }
            return writer.publish();
        }
    }

    /** @throws IllegalArgumentException if the frame breaks a rule of {@link FrameRules}; ids are not compared */
    public void add(FrameRecord frame) throws IOException {
        Optional<String> problem = FrameRules.problem(frame);
        if (problem.isPresent()) {
            throw new IllegalArgumentException("frame " + frame.id() + ": " + problem.get());
        }
        out.write(FrameJson.write(frame));
        out.write('\n');
        frames++;
    }

    /** How many were added. */
    public int frames() {
        return frames;
    }

    public WrittenFile publish() throws IOException {
        out.close();
        AtomicFile.force(temporary);
        WrittenFile written = new WrittenFile(target, Sha256.of(temporary), Files.size(temporary));
        AtomicFile.publish(temporary, target);
        return written;
    }

    /** Discards what was not published. */
    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(temporary);
    }
}
