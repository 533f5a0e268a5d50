package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import java.util.Arrays;
import java.util.Map;

/**
 * Keeps a pixel when its answer is at least so probable (FixMatch, UniMatch). Stored probabilities are multiples of 1/255,
 * so on the expert's own answers thresholds act in steps of that; 0 keeps everything, 1 what was rounded to 1.
 *
 * @param probability 0–1, for every class without one of its own
 * @param classes class name → threshold of its own
 */
@Named("threshold")
public record Threshold(
        @Default("0.9") double probability, @Default("{}") Map<String, Double> classes) implements PolicyRecipe {
    /** Less than a stored step, more than the rounding of a float. */
    static final float ROUNDING = 1e-6f;

    public Threshold {
        Checks checks = new Checks().unit("probability", probability);
        classes.forEach((name, value) -> checks.unit("classes." + name, value));
        checks.verify();
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        float[] least = new float[256];
        Arrays.fill(least, (float) probability);
        context.byIndex(classes, "threshold").forEach((index, value) -> least[index] = value.floatValue());
        return atLeast(least);
    }

    /** @param least by class */
    static FilterPolicy atLeast(float[] least) {
        return (frame, evidence, current) -> current.weighed(
                pixel -> current.confidence()[pixel] >= least[current.classes()[pixel] & 0xFF] - ROUNDING ? 1 : 0);
    }
}
