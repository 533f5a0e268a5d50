package dev.understudy.trainer;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.frame.Task;
import dev.understudy.trainer.progress.TrainingListener.Score;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * When and what to keep.
 *
 * @param keep newest checkpoints
 * @param everySteps beside those of each validation and of the end of each stage; 0 = no others
 * @param best how the best weights are chosen
 */
public record CheckpointConfiguration(
        @Default("2") int keep,
        @Default("0") int everySteps,
        @Default("all-tasks") BestRule best) {
    public CheckpointConfiguration {
        new Checks()
                .atLeast("keep", keep, 1)
                .atLeast("everySteps", everySteps, 0)
                .verify();
    }

    /** Whether new weights are the best so far. The first to be validated always are. */
    public sealed interface BestRule {
        /**
         * @param scores of the new weights; the first of each task is its deciding one
         * @param best scores of the best so far, by name; empty if there are none
         */
        boolean improves(List<Score> scores, Map<String, Double> best);

        /** Every task's deciding score has improved: the authors' rule. */
        @Named("all-tasks")
        record AllTasks() implements BestRule {
            @Override
            public boolean improves(List<Score> scores, Map<String, Double> best) {
                Map<Task, Score> deciding = new EnumMap<>(Task.class);
                scores.forEach(score -> deciding.putIfAbsent(score.task(), score));
                return deciding.values().stream().allMatch(score -> beats(score, best));
            }
        }

        /**
         * One metric has improved.
         *
         * @param name for example {@code segmentation.miou}
         */
        @Named("metric")
        record Metric(String name) implements BestRule {
            public Metric {
                new Checks().notBlank("name", name).verify();
            }

            @Override
            public boolean improves(List<Score> scores, Map<String, Double> best) {
                Score score = scores.stream()
                        .filter(s -> s.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new ConfigurationException("checkpoints.best.metric.name: " + name
                                + ", expected one of "
                                + String.join(
                                        ", ", scores.stream().map(Score::name).toList())));
                return beats(score, best);
            }
        }

        private static boolean beats(Score score, Map<String, Double> best) {
            Double before = best.get(score.name());
            return before == null || before.isNaN() ? !Double.isNaN(score.value()) : score.beats(before);
        }
    }
}
