package dev.understudy.pipeline.train;

import ai.djl.Device;
import dev.understudy.dataset.classes.ClassSlice;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Task;
import dev.understudy.evaluation.Evaluation;
import dev.understudy.evaluation.EvaluationOptions;
import dev.understudy.evaluation.EvaluationReport;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.MetricFamily;
import dev.understudy.evaluation.Metrics;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.model.inference.NetworkPredictor;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.network.Network;
import dev.understudy.trainer.Trainer.Validator;
import dev.understudy.trainer.progress.Score;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores the network in the form that users will run, by the same code as {@code understudy evaluate}.
 *
 * @param slice the network's outputs for the classes that {@code frames} are annotated with
 */
public record FrameValidator(
        FrameSource frames, EvaluationOptions options, ClassSlice slice, Device device, int threads)
        implements Validator {

    @Override
    public List<Score> validate(Network network) {
        InferenceNetwork frozen = InferenceNetwork.of(network, device, threads);
        ClassSlice outputs = frozen.tasks().contains(Task.SEGMENTATION) ? slice : ClassSlice.ALL;
        try (FramePredictor student = new NetworkPredictor(frozen, Preprocessing.STUDENT, outputs, threads)) {
            return scores(Evaluation.run(frames, student, options, (done, of, id) -> {}));
        }
    }

    /** Of the metrics that validation watches; the first of each task is the one that decides which weights are best. */
    public static List<Score> scores(EvaluationReport report) {
        List<Score> scores = new ArrayList<>();
        for (MetricFamily family : Metrics.families()) {
            for (Metric metric : family.metrics()) {
                if (metric.isFor(Metric.Use.VALIDATION) && report.has(metric)) {
                    scores.add(new Score(family.task(), metric.key(), report.value(metric), metric.isHigherBetter()));
                }
            }
        }
        return scores;
    }
}
