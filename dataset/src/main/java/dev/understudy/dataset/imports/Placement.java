package dev.understudy.dataset.imports;

import dev.understudy.dataset.DataException;
import dev.understudy.dataset.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where an imported file ends up: where it is, if the manifest's folder is above it, or else in a copy. Copies carry the
 * original's time of change, so that a later run can tell that they are done. Safe for use by several threads at once.
 */
public final class Placement {
    private final Path out;
    private final boolean inPlace;
    private final boolean resume;
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicInteger kept = new AtomicInteger();

    /** @param resume whether files of an earlier run count */
    public Placement(Path root, Path out, boolean resume) throws IOException {
        this.out = out;
        this.inPlace = root.toRealPath().startsWith(out.toRealPath());
        this.resume = resume;
    }

    /** Makes {@code target} from {@code source}. */
    @FunctionalInterface
    public interface Making {
        void make(Path source, Path target) throws IOException;
    }

    /** Takes a file as it is. @return its path for the manifest */
    public String take(Path source, String target) throws IOException {
        if (inPlace) {
            return slashes(out.toRealPath().relativize(source.toRealPath()));
        }
        return make(source, target, (from, to) -> AtomicFile.write(to, stream -> Files.copy(from, stream)));
    }

    /** Makes a new file of an old one. @return its path for the manifest */
    public String make(Path source, String target, Making making) throws IOException {
        if (isMade(source, target)) {
            kept.incrementAndGet();
            return target;
        }
        Path file = out.resolve(target);
        checkInside(file);
        making.make(source, file);
        Files.setLastModifiedTime(file, Files.getLastModifiedTime(source));
        written.incrementAndGet();
        return target;
    }

    /** Whether an earlier run has made {@code target} of {@code source} as it is now. */
    public boolean isMade(Path source, String target) throws IOException {
        Path file = out.resolve(target);
        return resume
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.getLastModifiedTime(file).equals(Files.getLastModifiedTime(source));
    }

    /** Whether files that are taken as they are stay where they are. */
    public boolean inPlace() {
        return inPlace;
    }

    int written() {
        return written.get();
    }

    int kept() {
        return kept.get();
    }

    /** The output folder may be one that came from elsewhere, with links in it. */
    private void checkInside(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        if (!folder.toRealPath().startsWith(out.toRealPath())) {
            throw new DataException(folder + ": found a link that leads out of " + out
                    + ", expected a folder inside; remove the link or choose another --out");
        }
    }

    private static String slashes(Path path) {
        return path.toString().replace(java.io.File.separatorChar, '/');
    }
}
