package dev.understudy.retrain.measure;

import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.evaluation.Evaluation.SequenceScorer;
import dev.understudy.evaluation.FrameScorer;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.files.DataException;
import dev.understudy.files.SealedJson;
import dev.understudy.model.benchmark.Durations;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.retrain.gate.MeasuredModel;
import dev.understudy.retrain.gate.MeasuredSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a student over evaluation sets, and keeps what it said of the first frames for a {@link GoldenOutputs} check.
 */
public final class StudentMeasurement {
    private final StudentNetwork student;
    private final List<Double> millis = new ArrayList<>();

    public StudentMeasurement(StudentNetwork student) {
        this.student = student;
    }

    /**
     * @param name for the result
     * @param weights the student's file, for its size
     * @param golden folder for the outputs on the first frames of every set
     * @throws DataException if a set has no frame with truth, or cannot be read
     */
    public MeasuredModel measure(
            String name, Path weights, Map<String, EvaluationSet> sets, Path golden, Progress progress)
            throws IOException {
        List<MeasuredSet> measured = new ArrayList<>();
        for (Map.Entry<String, EvaluationSet> set : sets.entrySet()) {
            measured.add(measure(set.getKey(), set.getValue(), golden.resolve(set.getKey()), progress));
        }
        return new MeasuredModel(name, measured, median(), Files.size(weights), null);
    }

    private MeasuredSet measure(String name, EvaluationSet set, Path golden, Progress progress) throws IOException {
        String digest = set.digest();
        Manifest frames = inScenes(set, set.frames().filter(EvaluationSet::isAnnotated));
        if (frames.size() == 0) {
            throw new DataException(set.manifest() + ": no frame of the set " + name
                    + " is annotated; choose a manifest or split that has truth");
        }
        ClassSpace space = student.classesOf(frames);
        FrameSource source = new DiskFrameSource(frames);
        List<FrameSums> sums = new ArrayList<>();
        try (FramePredictor predictor = student.in(space)) {
            FrameScorer scorer = new FrameScorer(predictor.tasks(), set.options(space));
            SequenceScorer sequences = new SequenceScorer(scorer);
            for (int i : sequences.order(
                    source, IntStream.range(0, source.size()).boxed().toList())) {
                Frame frame = source.read(i);
                long start = System.nanoTime();
                Prediction prediction = predictor.predict(frame);
                millis.add((System.nanoTime() - start) * 1e-6);
                sums.add(scorer.kept(sequences.score(frame, prediction)));
                if (i < GoldenOutputs.FRAMES) {
                    GoldenOutputs.write(golden, i, prediction);
                }
                progress.step(1);
            }
            boolean segmentation = predictor.tasks().contains(Task.SEGMENTATION);
            return new MeasuredSet(name, digest, segmentation ? space.names() : List.of(), sums);
        }
    }

    private static Manifest inScenes(EvaluationSet set, Manifest frames) {
        return Manifest.of(
                frames.folder(), frames.frames().stream().map(set::inScene).toList());
    }

    /** Of all frames but the first, which waits for the engine to warm up; null if that was the only one. */
    private @Nullable Double median() {
        return millis.size() < 2 ? null : Durations.median(millis.subList(1, millis.size()));
    }

    /** Frames of all sets, for a progress display. */
    public static int frames(Map<String, EvaluationSet> sets) {
        return sets.values().stream()
                .mapToInt(set -> set.frames().filter(EvaluationSet::isAnnotated).size())
                .sum();
    }

    /** Sums of any predictor over the frames of a manifest that are annotated with segmentation. */
    public static MeasuredSet labels(String name, EvaluationSet set, ClassSpace space, FramePredictor predictor)
            throws IOException {
        Manifest frames = inScenes(set, set.frames().filter(frame -> frame.segmentation() != null));
        FrameSource source = new DiskFrameSource(frames);
        FrameScorer scorer = new FrameScorer(Set.of(Task.SEGMENTATION), set.options(space));
        SequenceScorer sequences = new SequenceScorer(scorer);
        List<FrameSums> sums = sequences
                .order(source, IntStream.range(0, source.size()).boxed().toList())
                .stream()
                .map(source::read)
                .map(frame -> sequences.score(frame, predictor.predict(frame)))
                .toList();
        return new MeasuredSet(name, set.digest(), space.names(), sums);
    }

    /**
     * How long two students take for a frame. Each frame is given to both, one right after the other, and their ratio
     * is
     * taken there: whatever else the machine does, it does to both. Times that were taken a step or a night apart say
     * nothing of two networks.
     *
     * @param champion milliseconds, the median
     * @param challenger the champion's times the median ratio
     */
    public record Latencies(double champion, double challenger) {
        /** How they are kept in files. */
        public static final SealedJson<Latencies> FORMAT = new SealedJson<>("understudy-latencies", 1, Latencies.class);

        private static final int FRAMES = 16;

        /** On the first frames of a set; the very first is for warming up. */
        public static Latencies inTurn(StudentNetwork champion, StudentNetwork challenger, EvaluationSet set) {
            Manifest frames = set.frames().filter(EvaluationSet::isAnnotated);
            FrameSource source = new DiskFrameSource(frames);
            List<Double> first = new ArrayList<>();
            List<Double> second = new ArrayList<>();
            try (FramePredictor one = champion.in(champion.classesOf(frames));
                    FramePredictor other = challenger.in(challenger.classesOf(frames))) {
                for (int i = -1; i < Math.min(FRAMES, source.size()); i++) {
                    Frame frame = source.read(Math.max(i, 0));
                    double a = millis(one, frame);
                    double b = millis(other, frame);
                    if (i >= 0) {
                        first.add(a);
                        second.add(b);
                    }
                }
            }
            return of(first, second);
        }

        /** From times in the same order. */
        static Latencies of(List<Double> champion, List<Double> challenger) {
            double median = Durations.median(champion);
            List<Double> ratios = IntStream.range(0, champion.size())
                    .mapToObj(i -> challenger.get(i) / champion.get(i))
                    .toList();
            return new Latencies(median, median * Durations.median(ratios));
        }

        private static double millis(FramePredictor predictor, Frame frame) {
            long start = System.nanoTime();
            predictor.predict(frame);
            return (System.nanoTime() - start) * 1e-6;
        }
    }
}
