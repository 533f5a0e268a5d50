package dev.understudy.evaluation;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameOrder;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.evaluation.EvaluationReport.TotalSums;
import dev.understudy.evaluation.MetricFamily.SequenceMetricFamily;
import dev.understudy.evaluation.MetricFamily.SequenceMetricFamily.Answered;
import dev.understudy.files.DataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Scores a predictor against ground truth, one frame at a time: memory does not grow with their number. A family of
 * metrics is scored when the predictor does its task and the options ask for it, on the frames that are annotated for
 * it; other frames are not even read.
 */
public final class Evaluation {
    private Evaluation() {}

    /**
     * @throws DataException if no frame has anything to score, a truth is in another class space, or a frame cannot be
     *     read
     */
    public static EvaluationReport run(
            FrameSource truth, FramePredictor predictor, EvaluationOptions options, EvaluationListener listener) {
        return run(truth, predictor, options, listener, frame -> {});
    }

    /**
     * @param frames is given what is kept of every frame, in their order, or that of time where sequences are asked for
     */
    public static EvaluationReport run(
            FrameSource truth,
            FramePredictor predictor,
            EvaluationOptions options,
            EvaluationListener listener,
            Consumer<FrameSums> frames) {
        FrameScorer scorer = new FrameScorer(predictor.tasks(), options);
        List<Integer> scorable = new ArrayList<>();
        for (int index = 0; index < truth.size(); index++) {
            if (scorer.isScorable(truth.record(index))) {
                scorable.add(index);
            }
        }
        if (scorable.isEmpty()) {
            throw new DataException("none of the " + truth.size() + " frames is annotated with any of "
                    + predictor.tasks().stream()
                            .map(task -> task.key())
                            .sorted()
                            .toList()
                    + "; choose a manifest or split that has truth");
        }
        SequenceScorer sequences = new SequenceScorer(scorer);
        if (options.sequences() && scorable.stream().noneMatch(index -> sequences.isPlaced(truth.record(index)))) {
            throw new DataException("sequences: none of the " + truth.size()
                    + " frames has all of scene, depth, pose and intrinsics, expected those of several frames of a scene;"
                    + " see `understudy dataset scenes` and `understudy dataset import poses`");
        }
        TotalSums total = new TotalSums();
        SortedMap<String, TotalSums> scenes = new TreeMap<>();
        int done = 0;
        for (int index : sequences.order(truth, scorable)) {
            Frame frame = truth.read(index);
            FrameSums sums = sequences.score(frame, predictor.predict(frame));
            total.add(sums);
            if (options.sequences() && sums.scene() != null) {
                scenes.computeIfAbsent(sums.scene(), name -> new TotalSums()).add(sums);
            }
            frames.accept(scorer.kept(sums));
            listener.scored(++done, scorable.size(), frame.id());
        }
        return EvaluationReport.of(done, total, scenes, options);
    }

    /** Told of an evaluation's progress, on the thread that evaluates. */
    @FunctionalInterface
    public interface EvaluationListener {
        EvaluationListener NONE = (done, total, frame) -> {};

        /**
         * @param done frames scored so far
         * @param total frames that have something to score
         * @param frame id of the one that was scored last
         */
        void scored(int done, int total, String frame);
    }

    /**
     * Scores frames one after the other and remembers as many of a scene as the metrics look back at, which is none
     * unless sequences are asked for. One thread at a time.
     */
    public static final class SequenceScorer {
        private final FrameScorer scorer;
        private final List<SequenceMetricFamily> families;
        private final int reach;
        /** Of one scene, the last one first. */
        private final LinkedList<Answered> earlier = new LinkedList<>();

        public SequenceScorer(FrameScorer scorer) {
            this.scorer = scorer;
            this.families = scorer.families().stream()
                    .filter(SequenceMetricFamily.class::isInstance)
                    .map(SequenceMetricFamily.class::cast)
                    .toList();
            this.reach = families.stream()
                    .mapToInt(SequenceMetricFamily::reach)
                    .max()
                    .orElse(0);
        }

        /** Whether a frame can be compared with others of its scene. */
        boolean isPlaced(FrameRecord record) {
            return families.stream().anyMatch(family -> family.isAnnotated(record));
        }

        /**
         * The same indices in the order in which frames must be scored: as they are, or scene by scene in the order of
         * time.
         */
        public List<Integer> order(FrameSource frames, List<Integer> indices) {
            if (reach == 0) {
                return indices;
            }
            Map<String, List<Integer>> scenes = new LinkedHashMap<>();
            for (int index : indices) {
                FrameRecord record = frames.record(index);
                // No scene has a space in its name
                String scene = record.scene() == null ? "frame " + record.id() : record.scene();
                scenes.computeIfAbsent(scene, name -> new ArrayList<>()).add(index);
            }
            FrameOrder time = new FrameOrder();
            List<Integer> ordered = new ArrayList<>();
            for (List<Integer> scene : scenes.values()) {
                scene.sort((a, b) -> time.compare(frames.record(a), frames.record(b)));
                ordered.addAll(scene);
            }
            return ordered;
        }

        /** All sums, those for reports alone included. */
        public FrameSums score(Frame frame, Prediction prediction) {
            Answered answered = new Answered(frame, prediction);
            if (!earlier.isEmpty()
                    && !Objects.equals(
                            earlier.getFirst().frame().record().scene(),
                            frame.record().scene())) {
                earlier.clear();
            }
            FrameSums sums = scorer.score(answered, earlier);
            if (reach > 0 && isPlaced(frame.record())) {
                earlier.addFirst(answered);
                if (earlier.size() > reach) {
                    earlier.removeLast();
                }
            }
            return sums;
        }
    }
}
