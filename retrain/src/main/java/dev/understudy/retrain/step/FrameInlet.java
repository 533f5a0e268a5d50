package dev.understudy.retrain.step;

import dev.understudy.conf.Named;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where new frames are looked for: {@code {manifest: {file: …}}} or {@code {folder: {path: …}}}. */
public sealed interface FrameInlet permits FrameInlet.GrowingManifest, FrameInlet.WatchedFolder {
    /**
     * All frames without segmentation that are there now, in an order that may change from call to call.
     *
     * @throws dev.understudy.files.DataException if a manifest cannot be read
     */
    Manifest frames() throws IOException;

    /** What is there and does not count yet, for people to read; empty if nothing is. */
    default List<String> waiting() throws IOException {
        return List.of();
    }

    /**
     * A folder with a sub-folder a recording, each with a {@value Manifest#FILE_NAME} of its own, as importers write
     * them. A recording counts once its manifest is there, so write that last. A frame's id is the recording's name,
     * {@code /}, and its id there.
     *
     * @param path of the folder
     */
    @Named("folder")
    record WatchedFolder(Path path) implements FrameInlet {
        private static final String NAME = "[A-Za-z0-9_-][A-Za-z0-9._-]*";

        @Override
        public Manifest frames() throws IOException {
            if (!Files.isDirectory(path)) {
                throw new DataException(path + ": found no folder, expected one with recordings; check the path");
            }
            List<FrameRecord> frames = new ArrayList<>();
            for (String recording : recordings()) {
                for (FrameRecord frame : Manifest.read(path.resolve(recording).resolve(Manifest.FILE_NAME))
                        .frames()) {
                    if (frame.segmentation() == null) {
                        frames.add(under(recording, frame));
                    }
                }
            }
            return Manifest.of(path, frames);
        }

        /** Sub-folders without a manifest: still being written, or never imported. */
        @Override
        public List<String> waiting() throws IOException {
            return children(child -> Files.isDirectory(child) && !hasManifest(child));
        }

        private List<String> recordings() throws IOException {
            return children(WatchedFolder::hasManifest);
        }

        private static boolean hasManifest(Path recording) {
            return Files.isRegularFile(recording.resolve(Manifest.FILE_NAME), LinkOption.NOFOLLOW_LINKS);
        }

        private List<String> children(Predicate<Path> which) throws IOException {
            try (Stream<Path> children = Files.list(path)) {
                return children.filter(which)
                        .map(child -> child.getFileName().toString())
                        .filter(name -> name.matches(NAME))
                        .sorted()
                        .toList();
            }
        }

        private static FrameRecord under(String recording, FrameRecord frame) {
            return frame.with(moved -> moved.id(recording + "/" + frame.id())
                    .rgb(recording + "/" + frame.rgb())
                    .depth(inside(recording, frame.depth()))
                    .segmentation(null)
                    .normals(inside(recording, frame.normals()))
                    .classes(null)
                    .scene(frame.scene() == null ? recording : recording + "/" + frame.scene()));
        }

        private static @Nullable String inside(String recording, @Nullable String path) {
            return path == null ? null : recording + "/" + path;
        }
    }

    /**
     * One manifest to which lines are added.
     *
     * @param file the manifest, or its folder
     * @param split only frames of this split; null = all
     */
    @Named("manifest")
    record GrowingManifest(Path file, @Nullable String split) implements FrameInlet {
        /** Empty while no frame is of the split. */
        @Override
        public Manifest frames() {
            Manifest all = Manifest.read(file);
            return (split == null ? all : all.split(split)).filter(frame -> frame.segmentation() == null);
        }
    }
}
