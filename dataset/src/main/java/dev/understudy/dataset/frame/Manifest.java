package dev.understudy.dataset.frame;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a data set, in the order of its file. Immutable. A million records take about 0.3 GB; use
 * {@link ManifestReader} where they need not be held at once.
 */
public final class Manifest {
    /** How the file is called in a data set's folder. */
    public static final String FILE_NAME = "manifest.jsonl";

    private final Path folder;
    private final List<FrameRecord> frames;

    private Manifest(Path folder, List<FrameRecord> frames) {
        this.folder = folder;
        this.frames = Collections.unmodifiableList(frames);
    }

    /** @param folder what the records' paths are relative to */
    public static Manifest of(Path folder, List<FrameRecord> frames) {
        return new Manifest(folder, List.copyOf(frames));
    }

    /**
     * Reads and checks every line; the files that it names are not opened.
     *
     * @param path of the file, or of the folder that holds {@value #FILE_NAME}
     * @throws DataException naming file and line, if the file is missing or a line is not a frame, or an id comes twice
     */
    public static Manifest read(Path path) {
        Path file = Files.isDirectory(path) ? path.resolve(FILE_NAME) : path;
        ArrayList<FrameRecord> frames = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        try (ManifestReader reader = new ManifestReader(file)) {
            for (@Nullable FrameRecord frame = reader.next(); frame != null; frame = reader.next()) {
                if (!ids.add(frame.id())) {
                    throw new DataException(file + ":" + reader.line() + ": found id '" + frame.id()
                            + "' for the second time, expected ids to be unique; rename or remove one");
                }
                frames.add(frame);
            }
        }
        frames.trimToSize();
        return new Manifest(file.toAbsolutePath().getParent(), frames);
    }

    /**
     * The frames of one split.
     *
     * @param path of the file, or of the folder that holds {@value #FILE_NAME}
     * @param split null for all frames
     * @throws DataException if the manifest cannot be read, or has no such split
     */
    public static Manifest read(Path path, @Nullable String split) {
        Manifest all = read(path);
        if (split == null) {
            return all;
        }
        Set<String> splits = all.splits();
        if (!splits.contains(split)) {
            throw new DataException(path + ": no frame is of split '" + split + "', expected one of " + splits);
        }
        return all.split(split);
    }

    /** Unmodifiable. */
    public List<FrameRecord> frames() {
        return frames;
    }

    /** Absolute if the manifest was read from a file. */
    public Path folder() {
        return folder;
    }

    public int size() {
        return frames.size();
    }

    public Manifest filter(Predicate<FrameRecord> wanted) {
        ArrayList<FrameRecord> kept = new ArrayList<>();
        frames.stream().filter(wanted).forEach(kept::add);
        kept.trimToSize();
        return new Manifest(folder, kept);
    }

    /** The frames of one split; empty if no frame says that it belongs to it. */
    public Manifest split(String split) {
        return filter(frame -> split.equals(frame.split()));
    }

    /** The splits that frames mention, sorted. */
    public Set<String> splits() {
        Set<String> splits = new TreeSet<>();
        frames.stream().map(FrameRecord::split).filter(s -> s != null).forEach(splits::add);
        return splits;
    }

    /**
     * A class space as frames name it: a built-in one, or the path of a YAML file below the manifest's folder.
     *
     * @throws DataException if there is none, or it leads out of the folder
     */
    public ClassSpace classSpace(String name) {
        try {
            if (!ClassSpace.isFile(name)) {
                return ClassSpace.load(name);
            }
            if (!FrameRules.isInside(name)) {
                throw new DataException("the manifest in " + folder + ": found class space '" + FrameRules.shown(name)
                        + "', expected a built-in one or a YAML file inside that folder, by its path from there; copy it"
                        + " there");
            }
            return ClassSpace.load(FrameRules.resolve(folder, name).toString());
        } catch (ConfigurationException e) {
            throw new DataException("the manifest in " + folder + ": " + e.getMessage(), e);
        }
    }

    /** The class spaces that frames with a segmentation mention, sorted. */
    public Set<String> classSpaces() {
        Set<String> spaces = new TreeSet<>();
        frames.stream()
                .filter(frame -> frame.segmentation() != null)
                .map(FrameRecord::classes)
                .filter(c -> c != null)
                .forEach(spaces::add);
        return spaces;
    }
}
