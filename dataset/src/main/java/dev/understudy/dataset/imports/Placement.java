package dev.understudy.dataset.imports;

import dev.understudy.dataset.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/**
 * Where an imported file ends up: where it is, if the manifest's folder is above it, or else in a copy. Copies carry the
 * original's time of change, so that a later run can tell that they are done.
 */
final class Placement {
    private final Path out;
    private final boolean inPlace;
    private final boolean resume;
    private int written;
    private int kept;

    /** @param resume whether files of an earlier run count */
    Placement(Path root, Path out, boolean resume) throws IOException {
        this.out = out;
        this.inPlace = root.toRealPath().startsWith(out.toRealPath());
        this.resume = resume;
    }

    /** Makes {@code target} from {@code source}. */
    @FunctionalInterface
    interface Making {
        void make(Path source, Path target) throws IOException;
    }

    /** Takes a file as it is. @return its path for the manifest */
    String take(Path source, String target) throws IOException {
        if (inPlace) {
            return slashes(out.toRealPath().relativize(source.toRealPath()));
        }
        return make(source, target, (from, to) -> AtomicFile.write(to, stream -> Files.copy(from, stream)));
    }

    /** Makes a new file of an old one. @return its path for the manifest */
    String make(Path source, String target, Making making) throws IOException {
        Path file = out.resolve(target);
        FileTime changed = Files.getLastModifiedTime(source);
        if (resume
                && Files.isRegularFile(file)
                && Files.getLastModifiedTime(file).equals(changed)) {
            kept++;
            return target;
        }
        making.make(source, file);
        Files.setLastModifiedTime(file, changed);
        written++;
        return target;
    }

    int written() {
        return written;
    }

    int kept() {
        return kept;
    }

    private static String slashes(Path path) {
        return path.toString().replace(java.io.File.separatorChar, '/');
    }
}
