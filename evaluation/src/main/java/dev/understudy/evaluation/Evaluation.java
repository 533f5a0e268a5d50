package dev.understudy.evaluation;

import dev.understudy.dataset.DataException;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Prediction;
import dev.understudy.dataset.frame.Task;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Scores a predictor against ground truth, one frame at a time: memory does not grow with their number. A task is scored
 * when the predictor does it and the options ask for it, on the frames that are annotated for it; other frames are not
 * even read.
 */
public final class Evaluation {
    private final EvaluationOptions options;
    private final Map<Task, Integer> frames = new EnumMap<>(Task.class);
    private final @Nullable ConfusionMatrix confusion;
    private final @Nullable DepthErrors depth;
    private final @Nullable NormalErrors normals;

    private Evaluation(FramePredictor predictor, EvaluationOptions options) {
        this.options = options;
        boolean segmentation = predictor.tasks().contains(Task.SEGMENTATION)
                && !options.classNames().isEmpty();
        DepthRange range = options.depthRange();
        this.confusion = segmentation ? new ConfusionMatrix(options.classNames().size()) : null;
        this.depth = range != null && predictor.tasks().contains(Task.DEPTH) ? new DepthErrors(range) : null;
        this.normals = options.normals() && predictor.tasks().contains(Task.NORMALS) ? new NormalErrors() : null;
    }

    /**
     * @throws DataException if no frame has anything to score, a truth is in another class space, or a frame cannot be
     *     read
     */
    public static EvaluationReport run(
            FrameSource truth, FramePredictor predictor, EvaluationOptions options, EvaluationListener listener) {
        Evaluation evaluation = new Evaluation(predictor, options);
        List<Integer> scorable = evaluation.scorable(truth);
        if (scorable.isEmpty()) {
            throw new DataException("none of the " + truth.size() + " frames is annotated with any of "
                    + predictor.tasks().stream().map(Task::key).sorted().toList()
                    + "; choose a manifest or split that has truth");
        }
        int done = 0;
        for (int index : scorable) {
            Frame frame = truth.read(index);
            evaluation.score(frame, predictor.predict(frame));
            listener.scored(++done, scorable.size(), frame.id());
        }
        return evaluation.report(done);
    }

    private List<Integer> scorable(FrameSource truth) {
        List<Integer> indices = new ArrayList<>();
        for (int index = 0; index < truth.size(); index++) {
            FrameRecord record = truth.record(index);
            boolean segmentation = confusion != null && record.segmentation() != null;
            if (segmentation) {
                checkClassSpace(record);
            }
            if (segmentation
                    || (depth != null && record.depth() != null)
                    || (normals != null && record.normals() != null)) {
                indices.add(index);
            }
        }
        return indices;
    }

    private void checkClassSpace(FrameRecord record) {
        if (record.classes() != null && !record.classes().equals(options.classSpace())) {
            throw new DataException("frame " + record.id() + " is annotated in the class space " + record.classes()
                    + ", but " + options.classSpace() + " is scored; map the annotation, or choose the other space");
        }
    }

    private void score(Frame frame, Prediction prediction) {
        if (confusion != null && frame.segmentation() != null) {
            confusion.add(frame.segmentation(), Objects.requireNonNull(prediction.segmentation()));
            frames.merge(Task.SEGMENTATION, 1, Integer::sum);
        }
        if (depth != null && frame.depth() != null) {
            depth.add(frame.depth(), Objects.requireNonNull(prediction.depth()));
            frames.merge(Task.DEPTH, 1, Integer::sum);
        }
        if (normals != null && frame.normals() != null) {
            normals.add(frame.normals(), Objects.requireNonNull(prediction.normals()));
            frames.merge(Task.NORMALS, 1, Integer::sum);
        }
    }

    private EvaluationReport report(int done) {
        return new EvaluationReport(
                done,
                confusion == null || !frames.containsKey(Task.SEGMENTATION)
                        ? null
                        : SegmentationScores.of(
                                frames.get(Task.SEGMENTATION),
                                confusion,
                                options.classNames(),
                                options.absentClasses()),
                depth == null || !frames.containsKey(Task.DEPTH) ? null : DepthScores.of(frames.get(Task.DEPTH), depth),
                normals == null || !frames.containsKey(Task.NORMALS)
                        ? null
                        : NormalScores.of(frames.get(Task.NORMALS), normals));
    }
}
