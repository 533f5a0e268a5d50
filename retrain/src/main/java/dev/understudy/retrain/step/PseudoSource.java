package dev.understudy.retrain.step;

import dev.understudy.labeler.filter.AllOf;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.labeler.filter.StoreAgreement;
import dev.understudy.pipeline.train.SourceConfiguration;
import dev.understudy.retrain.cycle.CycleContext;
import dev.understudy.retrain.step.LabellersStep.Labellers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The frames of a cycle, with the labels that its policy keeps, as a source to train on. */
final class PseudoSource {
    /** By this name stages of the recipe mix it in. */
    static final String NAME = "pseudo";

    private static final String STUDENT = "student";

    private PseudoSource() {}

    static SourceConfiguration of(LabellingRecipe recipe, CycleContext context) {
        CycleFrames frames = CycleFrames.of(context);
        return new SourceConfiguration(
                frames.toLearn(),
                null,
                List.of(),
                List.of(),
                LabelStep.store(context),
                policy(recipe, context),
                otherStores(context),
                frames.root());
    }

    /** Where the student labels too, only what it agrees with. */
    static PolicyRecipe policy(LabellingRecipe recipe, CycleContext context) {
        return LabellersStep.of(context) == Labellers.BOTH
                ? new AllOf(List.of(recipe.policy(), new StoreAgreement(STUDENT, 0)))
                : recipe.policy();
    }

    static Map<String, Path> otherStores(CycleContext context) {
        String other = LabelStep.otherStore(context);
        return other.equals(CycleFrames.NONE) ? Map.of() : Map.of(STUDENT, Path.of(other));
    }
}
