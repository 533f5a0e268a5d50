package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Named;
import java.nio.file.Path;
import java.util.List;

/**
 * Keeps what every policy keeps, each going on from the same state: the smallest weight, and nothing where they name
 * different classes. The order makes no difference to what is kept.
 */
@Named("all-of")
public record AllOf(List<PolicyRecipe> policies) implements PolicyRecipe {
    public AllOf {
        policies = List.copyOf(policies);
        new Checks().notEmpty("policies", policies).verify();
    }

    @Override
    public List<Path> manifests() {
        return policies.stream().flatMap(recipe -> recipe.manifests().stream()).toList();
    }

    @Override
    public List<Promise> promises() {
        return policies.stream().flatMap(recipe -> recipe.promises().stream()).toList();
    }

    @Override
    public PolicyRecipe renewed(FilterContext examples) {
        return new AllOf(
                policies.stream().map(recipe -> recipe.renewed(examples)).toList());
    }

    @Override
    public PolicyRecipe withExamples(AnnotatedExamples examples) {
        return new AllOf(
                policies.stream().map(recipe -> recipe.withExamples(examples)).toList());
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        List<FilterPolicy> built =
                policies.stream().map(recipe -> recipe.policy(context)).toList();
        FilterPolicy together = (frame, evidence, current) -> built.stream()
                .map(policy -> policy.refine(frame, evidence, current))
                .reduce(Judgement::and)
                .orElseThrow();
        return together.reading(Then.planes(built));
    }
}
