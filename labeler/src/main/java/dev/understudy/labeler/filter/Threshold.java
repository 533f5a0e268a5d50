package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.conf.Suggestion;
import dev.understudy.dataset.store.Evidence;
import dev.understudy.dataset.store.PseudoLabel;
import dev.understudy.dataset.store.SegmentationEvidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Keeps a pixel when the probability of its most probable class is at least a threshold (FixMatch, UniMatch). Stored
 * probabilities are multiples of 1/255, so thresholds act in steps of that; 0 keeps everything, 1 what was rounded to 1.
 *
 * @param probability 0–1, for every class without one of its own
 * @param classes class name → threshold of its own
 */
@Named("threshold")
public record Threshold(
        @Default("0.9") double probability, @Default("{}") Map<String, Double> classes) implements PolicyRecipe {
    private static final double LEVELS = 255;
    private static final double ROUNDING = 1e-9;

    public Threshold {
        Checks checks = new Checks().unit("probability", probability);
        classes.forEach((name, value) -> checks.unit("classes." + name, value));
        checks.verify();
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        int[] lowestLevel = new int[256];
        Arrays.fill(lowestLevel, level(probability));
        List<String> problems = new ArrayList<>();
        classes.forEach((name, value) -> {
            int index = context.classNames().indexOf(name);
            if (index < 0) {
                problems.add("threshold: the store's class space has no class '" + name + "'; "
                        + Suggestion.phrase(name, context.classNames()));
            } else {
                lowestLevel[index] = level(value);
            }
        });
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return (frame, evidence) -> keep(evidence, lowestLevel);
    }

    private static PseudoLabel keep(Evidence evidence, int[] lowestLevel) {
        SegmentationEvidence segmentation = Labelling.segmentation(evidence);
        return Labelling.weighted(
                evidence,
                pixel -> (segmentation.probability()[pixel] & 0xFF)
                                >= lowestLevel[segmentation.classes()[pixel] & 0xFF]
                        ? 1
                        : 0);
    }

    /** The lowest stored level that is at least {@code probability}. */
    private static int level(double probability) {
        return (int) Math.ceil(probability * LEVELS - ROUNDING);
    }
}
