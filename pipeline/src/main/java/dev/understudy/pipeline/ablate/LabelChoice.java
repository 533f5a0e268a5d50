package dev.understudy.pipeline.ablate;

import dev.understudy.pipeline.train.SourceConfiguration;
import dev.understudy.pipeline.train.SourceConfiguration.TruthConfiguration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Labels that students may learn from beside the real ones: what a policy makes of a store, or a bound to measure
 * policies by.
 *
 * @param pseudo where they come from; null = there are none, real labels only
 */
record LabelChoice(String name, @Nullable SourceConfiguration pseudo) {
    /** Everything that the expert says: what policies must beat. */
    static final String NONE = "none";
    /** No synthetic labels at all. */
    static final String REAL_ONLY = "real only";
    /** What a perfect filter would leave. */
    static final String ORACLE = "oracle filter";
    /** What a perfect expert would say. */
    static final String TRUE_LABELS = "true labels";

    static final List<String> BOUNDS = List.of(REAL_ONLY, ORACLE, TRUE_LABELS);

    boolean isBound() {
        return BOUNDS.contains(name);
    }

    /** Real only, the policies in their order, and the bounds that need the truth, where there is any. */
    static List<LabelChoice> of(AblationConfiguration ablation) {
        List<LabelChoice> choices = new ArrayList<>();
        choices.add(new LabelChoice(REAL_ONLY, null));
        SourceConfiguration pseudo = ablation.pseudo();
        ablation.policies().forEach((name, policy) -> {
            Integer soft = ablation.soft().get(name);
            SourceConfiguration labels = pseudo.withPolicy(policy);
            choices.add(new LabelChoice(
                    name, soft == null ? labels : labels.withLabels(new SourceConfiguration.Labels(soft))));
        });
        if (ablation.truth() != null) {
            choices.add(new LabelChoice(
                    ORACLE, pseudo.withTruth(new TruthConfiguration(ablation.truth(), TruthConfiguration.Use.FILTER))));
            choices.add(new LabelChoice(
                    TRUE_LABELS,
                    pseudo.withTruth(new TruthConfiguration(ablation.truth(), TruthConfiguration.Use.LABELS))));
        }
        return choices;
    }
}
