package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.EvidencePlanes;
import java.nio.file.Path;
import java.util.List;

/** One policy after another, each going on from what the one before it left. The order matters. */
@Named("then")
public record Then(List<PolicyRecipe> policies) implements PolicyRecipe {
    public Then {
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
        return new Then(
                policies.stream().map(recipe -> recipe.renewed(examples)).toList());
    }

    @Override
    public PolicyRecipe withExamples(AnnotatedExamples examples) {
        return new Then(
                policies.stream().map(recipe -> recipe.withExamples(examples)).toList());
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        List<FilterPolicy> built =
                policies.stream().map(recipe -> recipe.policy(context)).toList();
        FilterPolicy chain = (frame, evidence, start) -> {
            Judgement current = start;
            for (FilterPolicy next : built) {
                current = next.refine(frame, evidence, current);
            }
            return current;
        };
        return chain.reading(planes(built));
    }

    static EvidencePlanes planes(List<FilterPolicy> policies) {
        return policies.stream().map(FilterPolicy::planes).reduce(EvidencePlanes.LABELS, EvidencePlanes::and);
    }

    /**
     * Keeps what every policy keeps, each going on from the same state: the smallest weight, and nothing where they
     * name different classes. The order makes no difference to what is kept.
     */
    @Named("all-of")
    public record AllOf(List<PolicyRecipe> policies) implements PolicyRecipe {
        public AllOf {
            policies = List.copyOf(policies);
            new Checks().notEmpty("policies", policies).verify();
        }

        @Override
        public List<Path> manifests() {
            return policies.stream()
                    .flatMap(recipe -> recipe.manifests().stream())
                    .toList();
        }

        @Override
        public List<Promise> promises() {
            return policies.stream()
                    .flatMap(recipe -> recipe.promises().stream())
                    .toList();
        }

        @Override
        public PolicyRecipe renewed(FilterContext examples) {
            return new AllOf(
                    policies.stream().map(recipe -> recipe.renewed(examples)).toList());
        }

        @Override
        public PolicyRecipe withExamples(AnnotatedExamples examples) {
            return new AllOf(policies.stream()
                    .map(recipe -> recipe.withExamples(examples))
                    .toList());
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
}
