package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.EvidencePlanes;
import java.nio.file.Path;
import java.util.ArrayList;
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
        List<FilterPolicy> keeping = new ArrayList<>(built);
        int last = built.size() - 1;
        // What the others say of what they drop may matter to those behind them
        keeping.set(last, built.get(last).keeping());
        return chain(built).reading(planes(built), chain(keeping).reading(planes(keeping)));
    }

    private static FilterPolicy chain(List<FilterPolicy> policies) {
        return (frame, evidence, start) -> {
            Judgement current = start;
            for (FilterPolicy next : policies) {
                current = next.refine(frame, evidence, current);
            }
            return current;
        };
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
            List<FilterPolicy> keeping =
                    built.stream().map(FilterPolicy::keeping).toList();
            return together(built).reading(Then.planes(built), together(keeping).reading(Then.planes(keeping)));
        }

        private static FilterPolicy together(List<FilterPolicy> policies) {
            return (frame, evidence, current) -> policies.stream()
                    .map(policy -> policy.refine(frame, evidence, current))
                    .reduce(Judgement::and)
                    .orElseThrow();
        }
    }
}
