package dev.understudy.cli.export.sequence;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameOrder;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.frame.Pose;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.pipeline.RunObserver.Progress;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes the posed frames of scenes with what a network says of them, scene by scene in the order of time. */
public final class SequenceExport {
    private static final double MICROS = 1e6;
    private static final long NANOS_A_MICRO = 1000;

    private final Options options;
    private final FrameSource frames;
    private final FramePredictor network;
    private final ClassSpace classes;

    /** In which forms a sequence is written. */
    public enum Form {
        TUM,
        MCAP
    }

    /**
     * What is written, and how.
     *
     * @param out folder for a folder and a file a scene
     * @param scene null = all
     * @param forms at least one
     * @param rate frames a second, where ids tell no times
     * @param measured whether depth is what the frames have, instead of what the network predicts
     * @param library who writes, with version
     * @param origin what labels and depth come from
     */
    @RecordBuilder
    public record Options(
            Path out,
            @Nullable String scene,
            Set<Form> forms,
            double rate,
            boolean measured,
            String library,
            SortedMap<String, String> origin) {
        public Options {
            if (!(rate > 0 && rate <= 1000)) {
                throw new ConfigurationException("--rate " + rate + ": expected frames a second, above 0, up to 1000");
            }
        }
    }

    /**
     * What was written of a scene.
     *
     * @param files its folder and its recording, as far as asked for
     * @param without frames left out, since they lack pose, intrinsics or the measured depth that was asked for
     * @param clamped pixels whose depth is farther than the folder's files hold
     */
    public record Written(String scene, List<String> files, int frames, int without, int clamped) {}

    /** @param network does segmentation, and depth unless measured depth is asked for */
    public SequenceExport(Options options, FrameSource frames, FramePredictor network, ClassSpace classes) {
        this.options = options;
        this.frames = frames;
        this.network = network;
        this.classes = classes;
    }

    /** @throws DataException if no frame can be placed, or cameras change within a scene */
    public List<Written> run(Progress progress) throws IOException {
        SortedMap<String, List<Integer>> scenes = scenes();
        for (String scene : scenes.keySet()) {
            requireFree(scene);
        }
        List<Written> written = new ArrayList<>();
        for (Map.Entry<String, List<Integer>> scene : scenes.entrySet()) {
            written.add(write(scene.getKey(), scene.getValue(), progress));
        }
        return written;
    }

    private SortedMap<String, List<Integer>> scenes() {
        SortedMap<String, List<Integer>> scenes = new TreeMap<>();
        FrameOrder time = new FrameOrder();
        for (int index = 0; index < frames.size(); index++) {
            String scene = frames.record(index).scene();
            String name = scene == null ? "sequence" : scene;
            if (options.scene() == null || options.scene().equals(name)) {
                scenes.computeIfAbsent(name, s -> new ArrayList<>()).add(index);
            }
        }
        scenes.values().forEach(scene -> scene.sort((a, b) -> time.compare(frames.record(a), frames.record(b))));
        scenes.values().removeIf(scene -> scene.stream().noneMatch(index -> isPlaced(frames.record(index))));
        if (scenes.isEmpty()) {
            throw new DataException("no frame" + (options.scene() == null ? "" : " of scene " + options.scene())
                    + " has " + (options.measured() ? "pose, intrinsics and depth" : "pose and intrinsics")
                    + ", expected them of some; `understudy dataset import poses` adds poses");
        }
        return scenes;
    }

    private boolean isPlaced(FrameRecord record) {
        return record.pose() != null
                && record.intrinsics() != null
                && (!options.measured() || record.depth() != null)
                && PinholeView.of(record, 1, 1).isPresent();
    }

    private void requireFree(String scene) throws IOException {
        Path folder = options.out().resolve(scene);
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                if (files.findAny().isPresent()) {
                    throw new ConfigurationException(
                            folder + ": is not empty, expected a new folder; choose another --out");
                }
            }
        }
    }

    private Written write(String scene, List<Integer> all, Progress progress) throws IOException {
        List<Integer> placed =
                all.stream().filter(index -> isPlaced(frames.record(index))).toList();
        Intrinsics camera = Objects.requireNonNull(frames.record(placed.get(0)).intrinsics());
        for (int index : placed) {
            if (!camera.equals(frames.record(index).intrinsics())) {
                throw new DataException("scene " + scene + ": frame "
                        + frames.record(index).id() + " has another camera than "
                        + frames.record(placed.get(0)).id()
                        + ", expected one a scene; give each camera's frames a scene of their own");
            }
        }
        long[] times = times(placed);
        Path folder = options.out().resolve(scene);
        Path recording = options.out().resolve(scene + ".mcap");
        List<String> files = new ArrayList<>();
        TumFolder tum = new TumFolder(folder, classes);
        boolean isTum = options.forms().contains(Form.TUM);
        try (RosRecording ros = options.forms().contains(Form.MCAP)
                ? new RosRecording(recording, options.library(), classes, options.origin())
                : null) {
            for (int i = 0; i < placed.size(); i++) {
                PredictedView view = view(times[i], frames.read(placed.get(i)));
                if (isTum) {
                    tum.put(view);
                }
                if (ros != null) {
                    ros.put(view);
                }
                progress.step(1);
            }
            if (isTum) {
                tum.finish(camera);
                files.add(folder.toString());
            }
            if (ros != null) {
                ros.publish();
                files.add(recording.toString());
            }
        }
        return new Written(scene, files, placed.size(), all.size() - placed.size(), tum.clamped());
    }

    private PredictedView view(long nanos, Frame frame) {
        Prediction prediction = network.predict(frame);
        DepthMap depth = options.measured() ? frame.depth() : prediction.depth();
        if (prediction.segmentation() == null || depth == null) {
            throw new ConfigurationException("the network says nothing of "
                    + (prediction.segmentation() == null ? "classes" : "depth")
                    + ", expected both; for depth as it was measured give --depth measured");
        }
        PinholeView view =
                PinholeView.of(frame.record(), frame.width(), frame.height()).orElseThrow();
        return new PredictedView(nanos, view, frame.rgb(), depth, prediction.segmentation());
    }

    /** As ids tell them, if all do and they rise; or else by the rate, from 0. */
    private long[] times(List<Integer> placed) {
        long[] times = new long[placed.size()];
        boolean rising = true;
        for (int i = 0; i < times.length; i++) {
            OptionalDouble seconds =
                    FrameOrder.seconds(frames.record(placed.get(i)).id());
            times[i] = NANOS_A_MICRO * Math.round(MICROS * seconds.orElse(-1));
            rising &= times[i] >= 0 && times[i] < Long.MAX_VALUE / 2 && (i == 0 || times[i] > times[i - 1]);
        }
        for (int i = 0; i < times.length && !rising; i++) {
            times[i] = NANOS_A_MICRO * Math.round(MICROS * i / options.rate());
        }
        return times;
    }

    /**
     * A sequence as the TUM RGB-D benchmark lays it out: {@code rgb/}, {@code depth/} (16 bits, 5000 to the metre) and
     * beside them {@code label/} (indices with a palette), files named by their times in seconds, a list of each,
     * {@code associations.txt} with colour before depth, and {@code groundtruth.txt}, camera to world. The lists come
     * last.
     */
    private static final class TumFolder {
        static final double DEPTH_SCALE = 5000;
        private static final double NANOS = 1e9;

        private final Path folder;
        private final ClassSpace classes;
        private final StringBuilder rgb = new StringBuilder("# color images\n# timestamp filename\n");
        private final StringBuilder depth = new StringBuilder("# depth maps, predicted\n# timestamp filename\n");
        private final StringBuilder labels = new StringBuilder("# class indices, predicted\n# timestamp filename\n");
        private final StringBuilder associations = new StringBuilder();
        private final StringBuilder poses =
                new StringBuilder("# poses, camera to world\n# timestamp tx ty tz qx qy qz qw\n");
        private int clamped;

        TumFolder(Path folder, ClassSpace classes) {
            this.folder = folder;
            this.classes = classes;
        }

        void put(PredictedView frame) throws IOException {
            String time = String.format(Locale.ROOT, "%.6f", frame.nanos() / NANOS);
            String file = time + ".png";
            RgbFiles.writePng(folder.resolve("rgb").resolve(file), frame.rgb());
            clamped += DepthFiles.write(folder.resolve("depth").resolve(file), frame.depth(), DEPTH_SCALE)
                    .clamped();
            LabelFiles.write(folder.resolve("label").resolve(file), frame.labels(), classes.palette());
            rgb.append(time).append(" rgb/").append(file).append('\n');
            depth.append(time).append(" depth/").append(file).append('\n');
            labels.append(time).append(" label/").append(file).append('\n');
            associations.append(time + " rgb/" + file + " " + time + " depth/" + file + "\n");
            Pose pose = frame.view().pose();
            double[] turn = pose.quaternion();
            poses.append(String.format(
                    Locale.ROOT,
                    "%s %.9f %.9f %.9f %.9f %.9f %.9f %.9f%n".replace("%n", "\n"),
                    time,
                    pose.tx(),
                    pose.ty(),
                    pose.tz(),
                    turn[0],
                    turn[1],
                    turn[2],
                    turn[3]));
        }

        /** @param camera of all frames */
        void finish(Intrinsics camera) throws IOException {
            AtomicFile.write(folder.resolve("rgb.txt"), rgb.toString());
            AtomicFile.write(folder.resolve("depth.txt"), depth.toString());
            AtomicFile.write(folder.resolve("label.txt"), labels.toString());
            AtomicFile.write(folder.resolve("associations.txt"), associations.toString());
            AtomicFile.write(folder.resolve("groundtruth.txt"), poses.toString());
            AtomicFile.write(
                    folder.resolve("camera-intrinsics.txt"),
                    camera.fx() + " 0 " + camera.cx() + "\n0 " + camera.fy() + " " + camera.cy() + "\n0 0 1\n");
            AtomicFile.write(folder.resolve("classes.txt"), classes.table());
        }

        /** Pixels whose depth is farther than 16 bits hold. */
        int clamped() {
            return clamped;
        }
    }

    /**
     * A posed frame and what is said of it.
     *
     * @param nanos when it was taken, since the epoch or the sequence's beginning
     */
    record PredictedView(long nanos, PinholeView view, RgbImage rgb, DepthMap depth, LabelMap labels) {}
}
