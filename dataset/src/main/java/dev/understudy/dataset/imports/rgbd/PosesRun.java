package dev.understudy.dataset.imports.rgbd;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.FrameOrder;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.imports.SourceTree;
import dev.understudy.dataset.imports.TextNumbers;
import dev.understudy.dataset.imports.rgbd.Trajectory.FoundPose;
import dev.understudy.files.DataException;
import dev.understudy.files.TextLines;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code dataset import poses}: frames get the poses that a SLAM system found, in a new manifest. All frames of a scene
 * that has a source are placed anew: one that gets no pose has none afterwards, since an old one may be of another
 * world.
 */
public final class PosesRun {
    private static final Pattern WHOLE = Pattern.compile("\\d+");

    private final Options options;
    private final Map<String, FoundPose> found = new HashMap<>();

    private PosesRun(Options options) {
        this.options = options;
    }

    /**
     * What was done.
     *
     * @param frames in the manifest
     * @param posed frames that have a pose now
     * @param sources what each gave, in their order
     */
    public record Summary(Path manifest, int frames, int posed, List<Placed> sources) {}

    /**
     * What became of the frames of one source.
     *
     * @param scene null = all frames
     * @param frames that it is about
     * @param given frames that got a pose
     * @param without frames that got none, by why
     * @param badLines lines that are no poses
     * @param firstBad the first of them; null if there is none
     * @param timeless lines with a time that is not finite
     */
    public record Placed(
            Path path,
            @Nullable String scene,
            int frames,
            int given,
            Map<FoundPose.Lack, Integer> without,
            int badLines,
            @Nullable String firstBad,
            int timeless) {}

    /**
     * @throws ConfigurationException if it is not clear which frames a source is about
     * @throws DataException if a file cannot be read, or a source gives no frame a pose
     */
    public static Summary run(Options options) throws IOException {
        Manifest manifest = Manifest.read(options.manifest());
        Path target = ManifestWriter.beside(options.manifest(), manifest, options.out());
        PosesRun run = new PosesRun(options);
        List<Placed> placed = new ArrayList<>();
        Set<String> scenes = new HashSet<>();
        for (Options.Source source : options.sources()) {
            if (!scenes.add(String.valueOf(source.scene()))
                    || source.scene() == null && options.sources().size() > 1) {
                throw new ConfigurationException(source.path() + ": the frames of "
                        + (source.scene() == null ? "all scenes" : "scene " + source.scene())
                        + " have other poses too; give one source for a scene");
            }
            placed.add(run.place(source, frames(manifest, source)));
        }
        int posed = 0;
        try (ManifestWriter writer = new ManifestWriter(target)) {
            for (FrameRecord frame : manifest.frames()) {
                FoundPose pose = run.found.get(frame.id());
                FrameRecord changed = pose == null
                        ? frame
                        : frame.withPose(
                                pose.pose() == null ? null : pose.pose().matrix());
                posed += changed.pose() == null ? 0 : 1;
                writer.add(changed);
            }
            writer.publish();
        }
        return new Summary(target, manifest.size(), posed, List.copyOf(placed));
    }

    private static List<FrameRecord> frames(Manifest manifest, Options.Source source) {
        Set<String> scenes = new TreeSet<>();
        manifest.frames().forEach(frame -> scenes.add(frame.scene() == null ? "(none)" : frame.scene()));
        if (source.scene() == null && scenes.size() > 1) {
            throw new ConfigurationException(source.path() + ": the frames are of " + scenes.size()
                    + " scenes, expected to be told which one these poses are of: "
                    + scenes.iterator().next() + "=" + source.path().getFileName());
        }
        List<FrameRecord> frames = manifest.frames().stream()
                .filter(frame -> source.scene() == null || source.scene().equals(frame.scene()))
                .sorted(new FrameOrder())
                .toList();
        if (frames.isEmpty()) {
            throw new ConfigurationException(source.path() + ": no frame is of scene '" + source.scene()
                    + "', expected one of " + scenes.stream().limit(10).toList()
                    + (scenes.size() > 10 ? " and " + (scenes.size() - 10) + " more" : "")
                    + "; `dataset scenes` gives frames their scenes");
        }
        return frames;
    }

    private Placed place(Options.Source source, List<FrameRecord> frames) {
        List<String> bad = List.of();
        int timeless = 0;
        List<FoundPose> poses;
        if (source.form() == Options.Form.TRAJECTORY) {
            Trajectory trajectory = Trajectory.read(source.path());
            bad = trajectory.bad();
            timeless = trajectory.timeless();
            poses = frames.stream().map(frame -> inTime(frame, trajectory)).toList();
        } else if (Files.isDirectory(source.path())) {
            poses = frames.stream()
                    .map(frame -> MatrixList.inFolder(source.path(), SourceTree.name(frame.id())))
                    .toList();
        } else {
            poses = MatrixList.read(source.path());
            if (poses.size() != frames.size()) {
                throw new DataException(source.path() + ": found " + poses.size() + " matrices, expected "
                        + frames.size() + ", one for each frame" + (source.scene() == null ? "" : " of its scene")
                        + " in the order of their ids; give a folder with a file for each frame if some are missing");
            }
        }
        Map<FoundPose.Lack, Integer> without = new EnumMap<>(FoundPose.Lack.class);
        int given = 0;
        for (int index = 0; index < poses.size(); index++) {
            FoundPose pose = options.invert() ? poses.get(index).inverted() : poses.get(index);
            found.put(frames.get(index).id(), pose);
            if (pose.lack() == null) {
                given++;
            } else {
                without.merge(pose.lack(), 1, Integer::sum);
            }
        }
        if (given == 0) {
            throw new DataException(source.path() + ": gives none of " + frames.size() + " frames a pose: "
                    + told(without) + "; " + remedy(without, frames.get(0)));
        }
        return new Placed(
                source.path(),
                source.scene(),
                frames.size(),
                given,
                Collections.unmodifiableMap(without),
                bad.size(),
                bad.isEmpty() ? null : bad.get(0),
                timeless);
    }

    private FoundPose inTime(FrameRecord frame, Trajectory trajectory) {
        OptionalDouble time = time(frame.id());
        return time.isEmpty()
                ? FoundPose.none(FoundPose.Lack.NO_TIME)
                : trajectory.at(time.getAsDouble() * options.unit() + options.offset(), options.maxGap());
    }

    /**
     * The time that an id tells: the first number with a decimal point in its last part, or else the last whole number
     * there.
     */
    static OptionalDouble time(String id) {
        OptionalDouble decimal = FrameOrder.seconds(id);
        if (decimal.isPresent()) {
            return decimal;
        }
        OptionalDouble last = OptionalDouble.empty();
        for (Matcher whole = WHOLE.matcher(SourceTree.name(id)); whole.find(); ) {
            last = OptionalDouble.of(Double.parseDouble(whole.group()));
        }
        return last;
    }

    /** {@code 3 have no pose near enough in time, 1 …}. */
    public static String told(Map<FoundPose.Lack, Integer> without) {
        List<String> parts = new ArrayList<>();
        without.forEach((lack, count) -> parts.add(count + " " + lack.words()));
        return String.join(", ", parts);
    }

    private String remedy(Map<FoundPose.Lack, Integer> without, FrameRecord first) {
        if (without.containsKey(FoundPose.Lack.NONE_NEAR)) {
            return "frame " + first.id() + " tells the time " + time(first.id()).getAsDouble() * options.unit()
                    + " s; see --max-gap, --unit and --offset";
        }
        return without.containsKey(FoundPose.Lack.NO_FILE)
                ? "expected " + SourceTree.name(first.id()) + ".txt for frame " + first.id()
                : "is it the right file?";
    }

    /**
     * Matrices in text files: many in one, or a file for each frame. A matrix is four lines of four numbers, or one
     * line of sixteen or of the first twelve. Before a matrix there may be a line of three numbers, as Open3D writes
     * them, which says nothing here. Lines that are empty or start with # are comments.
     */
    private static final class MatrixList {
        private static final int MOST_MATRICES = 500_000;
        private static final int LINES_A_MATRIX = 8;
        private static final int LONGEST_LINE = 10_000;
        private static final int SIDE = 4;
        private static final int NUMBERS = 16;
        private static final int UPPER = 12;
        private static final int HEADER = 3;
        private static final List<String> ENDINGS = List.of(".txt", ".pose.txt");

        private MatrixList() {}

        /**
         * All matrices of a file, in its order.
         *
         * @throws DataException if a line fits none: what follows would belong to other frames
         */
        static List<FoundPose> read(Path file) {
            return read(file, MOST_MATRICES);
        }

        private static List<FoundPose> read(Path file, int most) {
            List<FoundPose> found = new ArrayList<>();
            double[] matrix = lastRow();
            int filled = 0;
            try (TextLines in = new TextLines(file, LONGEST_LINE, most * LINES_A_MATRIX)) {
                for (String line = in.next(); line != null; line = in.next()) {
                    if (line.isBlank() || line.startsWith("#")) {
                        continue;
                    }
                    double[] numbers = TextNumbers.ofLine(line);
                    boolean fits = numbers.length == SIDE
                            || filled == 0
                                    && (numbers.length == NUMBERS
                                            || numbers.length == UPPER
                                            || numbers.length == HEADER && most > 1);
                    if (!fits) {
                        throw new DataException(file + ":" + in.number() + ": found '"
                                + line.substring(0, Math.min(60, line.length())) + "', expected "
                                + (filled == 0 ? "" : "row " + (filled / SIDE + 1) + " of ")
                                + "a 4×4 matrix, camera to world; correct the file");
                    }
                    if (numbers.length == HEADER) {
                        continue;
                    }
                    System.arraycopy(numbers, 0, matrix, filled, numbers.length);
                    filled += numbers.length;
                    if (filled == NUMBERS || numbers.length == UPPER) {
                        found.add(FoundPose.of(matrix));
                        matrix = lastRow();
                        filled = 0;
                    }
                }
            }
            if (filled > 0 || found.isEmpty() || found.size() > most) {
                throw new DataException(file + ": found " + found.size() + " matrices"
                        + (filled > 0 ? " and " + filled / SIDE + " rows of another" : "") + ", expected "
                        + (most == 1 ? "one" : "one a frame") + "; correct the file");
            }
            return found;
        }

        private static double[] lastRow() {
            double[] matrix = new double[NUMBERS];
            matrix[NUMBERS - 1] = 1;
            return matrix;
        }

        /**
         * The matrix of one frame in a folder.
         *
         * @param name of the frame, the last part of its id; the file adds .txt or .pose.txt
         */
        static FoundPose inFolder(Path folder, String name) {
            for (String ending : ENDINGS) {
                if (Files.exists(folder.resolve(name + ending))) {
                    try {
                        return read(FrameRules.resolve(folder, name + ending), 1)
                                .get(0);
                    } catch (DataException e) {
                        return FoundPose.none(FoundPose.Lack.UNREADABLE);
                    }
                }
            }
            return FoundPose.none(FoundPose.Lack.NO_FILE);
        }
    }

    /**
     * Which frames get which poses.
     *
     * @param manifest {@code manifest.jsonl}, or its folder; never written
     * @param out name of the new manifest, in the same folder
     * @param sources at most one for a scene
     * @param maxGap seconds between a frame and a pose that are allowed
     * @param unit seconds that the times in ids count: 1, or 1e-9 where they are nanoseconds
     * @param offset seconds that the camera's clock is behind that of the trajectories
     * @param invert whether files say world to camera
     */
    @RecordBuilder
    public record Options(
            Path manifest, String out, List<Source> sources, double maxGap, double unit, double offset, boolean invert)
            implements PosesRunOptionsBuilder.With {
        /** How poses are written. */
        public enum Form {
            /** Lines of time, place and quaternion. */
            TRAJECTORY,
            /** 4×4 numbers each: a file with one for every frame in turn, or a folder with a file for each by name. */
            MATRICES
        }

        /**
         * Poses of one scene.
         *
         * @param scene null = of all frames, which must be of one scene then
         */
        public record Source(Form form, @Nullable String scene, Path path) {}

        public Options {
            sources = List.copyOf(sources);
            if (sources.isEmpty()) {
                throw new ConfigurationException("no poses are given; give --tum FILE or --matrices FILE");
            }
            if (!(maxGap >= 0 && unit > 0 && Double.isFinite(unit) && Double.isFinite(offset))) {
                throw new ConfigurationException("a gap of " + maxGap + " s, a unit of " + unit + " s and an offset of "
                        + offset + " s: expected finite seconds, the gap not negative, the unit above 0");
            }
        }
    }
}
