package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Named;
import dev.understudy.dataset.store.PseudoLabel;
import java.util.List;

/** One policy after another, each going on from what the one before it left. The order matters. */
@Named("then")
public record Then(List<PolicyRecipe> policies) implements PolicyRecipe {
    public Then {
        policies = List.copyOf(policies);
        new Checks().notEmpty("policies", policies).verify();
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        List<FilterPolicy> built =
                policies.stream().map(recipe -> recipe.policy(context)).toList();
        return (frame, evidence) -> {
            PseudoLabel current = built.get(0).apply(frame, evidence);
            for (FilterPolicy next : built.subList(1, built.size())) {
                current = next.refine(frame, evidence, current);
            }
            return current;
        };
    }
}
