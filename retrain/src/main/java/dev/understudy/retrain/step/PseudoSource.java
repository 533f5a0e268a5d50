package dev.understudy.retrain.step;

import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.labeler.filter.Promise;
import dev.understudy.labeler.filter.StoreAgreement;
import dev.understudy.labeler.filter.Then.AllOf;
import dev.understudy.pipeline.train.SourceConfiguration;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.step.LabellersStep.Labellers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The frames of a cycle, with the labels that its policy keeps, as a source to train on. */
final class PseudoSource {
    /** By this name stages of the recipe mix it in. */
    static final String NAME = "pseudo";

    /** By this name policies compare with the student's labels. */
    static final String STUDENT = "student";

    private PseudoSource() {}

    static SourceConfiguration of(LabellingRecipe recipe, CycleContext context) {
        CycleFrames frames = CycleFrames.of(context);
        return SourceConfiguration.of(frames.toLearn())
                .store(LabelStep.store(context))
                .policy(policy(recipe, context))
                .otherStores(otherStores(context))
                .root(frames.root())
                .build();
    }

    /** As the recipe has it, with the thresholds that its promises got in this cycle. */
    static PolicyRecipe policy(LabellingRecipe recipe, CycleContext context) {
        PolicyRecipe policy = unrenewed(recipe, LabellersStep.of(context));
        return policy.promises().isEmpty() ? policy : PromiseStep.renewed(context);
    }

    /** Where the student labels too, only what it agrees with; a promise is then of what both agree on. */
    static PolicyRecipe unrenewed(LabellingRecipe recipe, Labellers labellers) {
        PolicyRecipe policy = recipe.policy();
        if (labellers != Labellers.BOTH) {
            return policy;
        }
        return policy instanceof Promise promise
                ? new Promise(
                        promise.wrong(),
                        promise.confidence(),
                        promise.examples(),
                        promise.split(),
                        agreed(promise.of()))
                : agreed(policy);
    }

    private static PolicyRecipe agreed(PolicyRecipe policy) {
        return new AllOf(List.of(policy, new StoreAgreement(STUDENT, 0)));
    }

    static Map<String, Path> otherStores(CycleContext context) {
        String other = LabelStep.otherStore(context);
        return other.equals(CycleFrames.NONE) ? Map.of() : Map.of(STUDENT, Path.of(other));
    }
}
