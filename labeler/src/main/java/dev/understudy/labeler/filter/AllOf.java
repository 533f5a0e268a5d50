package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Named;
import java.util.List;

/**
 * Keeps what every policy keeps, each judging the expert's evidence by itself: the smallest weight, and nothing where they
 * name different classes. The order makes no difference.
 */
@Named("all-of")
public record AllOf(List<PolicyRecipe> policies) implements PolicyRecipe {
    public AllOf {
        policies = List.copyOf(policies);
        new Checks().notEmpty("policies", policies).verify();
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        List<FilterPolicy> built =
                policies.stream().map(recipe -> recipe.policy(context)).toList();
        return (frame, evidence) -> built.stream()
                .map(policy -> policy.apply(frame, evidence))
                .reduce(Labelling::both)
                .orElseThrow();
    }
}
