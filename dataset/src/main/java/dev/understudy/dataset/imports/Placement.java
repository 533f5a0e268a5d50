package dev.understudy.dataset.imports;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Where an imported file ends up: where it is, if the manifest's folder is above it, or else in a copy. What was made
 * by an earlier run is kept as long as its sources have the same content. A file that no run has made is never written
 * over, nor one below the folders that are imported from. Safe for use by several threads at once.
 */
public final class Placement {
    private static final int RECENT = 256;
    private static final int LOCKS = 16;

    private final Path out;
    private final List<Path> untouched = new ArrayList<>();
    private final boolean inPlace;
    private final MadeFiles made;
    private final Map<Path, String> recent = Collections.synchronizedMap(new Recent());
    private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicInteger kept = new AtomicInteger();

    /**
     * @param roots folders that files are taken from; if all are inside {@code out}, files stay where they are. If
     *     there are none, nothing is taken and all is made
     * @param untouched folders of which those below {@code out} are never written into
     * @param out where the manifest goes; it is there
     */
    public Placement(List<Path> roots, List<Path> untouched, Path out, MadeFiles made) throws IOException {
        this.out = out;
        this.made = made;
        Path real = out.toRealPath();
        boolean inside = !roots.isEmpty();
        for (Path root : roots) {
            inside &= root.toRealPath().startsWith(real);
        }
        this.inPlace = inside;
        for (Path folder : untouched) {
            if (folder.toRealPath().startsWith(real) && !folder.toRealPath().equals(real)) {
                this.untouched.add(folder.toRealPath());
            }
        }
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
        return make(source, "", target, making);
    }

    /**
     * Makes a new file of an old one.
     *
     * @param besides what else decides what becomes of it, such as a camera; empty for nothing
     */
    public String make(Path source, String besides, String target, Making making) throws IOException {
        String content = content(source, besides);
        if (content.equals(made.sourceOf(target))) {
            kept.incrementAndGet();
            return target;
        }
        Path file = out.resolve(target);
        checkFree(file, target);
        made.claim(target);
        making.make(source, file);
        made.made(target, content);
        written.incrementAndGet();
        return target;
    }

    /** Whether an earlier run has made {@code target} of {@code source} as it is now. */
    public boolean isMade(Path source, String target) throws IOException {
        String was = made.sourceOf(target);
        return was != null && was.equals(content(source, ""));
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

    private String content(Path source, String besides) throws IOException {
        return besides.isEmpty() ? sha256(source) : Sha256.of(sha256(source) + besides);
    }

    /** A file is asked about several times in a row, and one of gigabytes by every frame. */
    private String sha256(Path source) throws IOException {
        synchronized (locks[source.hashCode() & LOCKS - 1]) {
            String known = recent.get(source);
            if (known == null) {
                known = Sha256.of(source);
                recent.put(source, known);
            }
            return known;
        }
    }

    /**
     * Makes sure that nothing that is written can fall on, or be taken for, what is imported from.
     *
     * @param roots may not be {@code out}, whatever links lead there
     * @param walked folders whose files all count; {@code out} may not be inside them either
     * @throws ConfigurationException if it is
     */
    static void requireApart(Path out, List<Path> roots, List<Path> walked) throws IOException {
        Path real = real(out);
        for (Path root : roots) {
            if (real.equals(real(root))) {
                throw new ConfigurationException("--out " + out + ": is the folder that is imported from (" + root
                        + "), whose files stay as they are; choose another, which may be above it");
            }
        }
        for (Path folder : walked) {
            if (real.startsWith(real(folder))) {
                throw new ConfigurationException("--out " + out + ": is inside " + folder
                        + ", all of which is imported, so results would be taken for sources; choose a folder outside");
            }
        }
    }

    /** Of what may not be there yet. */
    private static Path real(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        Path there = absolute;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there.toRealPath().resolve(there.relativize(absolute)).normalize();
    }

    /** The output folder may be one that came from elsewhere, with links and files of the user's in it. */
    private void checkFree(Path file, String target) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path real = folder.toRealPath();
        if (!real.startsWith(out.toRealPath())) {
            throw new DataException(folder + ": found a link that leads out of " + out
                    + ", expected a folder inside; remove the link or choose another --out");
        }
        for (Path originals : untouched) {
            if (real.startsWith(originals)) {
                throw new ConfigurationException(file + ": would be written among the files of " + originals
                        + ", which stay as they are; choose another --out");
            }
        }
        if (!made.mayWrite(target)) {
            throw new ConfigurationException(
                    file + ": is there already and was made by no such run; choose another --out, or remove it");
        }
    }

    private static String slashes(Path path) {
        return path.toString().replace(java.io.File.separatorChar, '/');
    }

    private static final class Recent extends LinkedHashMap<Path, String> {
        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, String> eldest) {
            return size() > RECENT;
        }
    }
}
