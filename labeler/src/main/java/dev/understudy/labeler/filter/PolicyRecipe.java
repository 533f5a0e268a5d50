package dev.understudy.labeler.filter;

import dev.understudy.labeler.filter.BorderPolicies.BoundaryBand;
import dev.understudy.labeler.filter.BorderPolicies.LabelEdges;
import dev.understudy.labeler.filter.BorderPolicies.SmallRegions;
import dev.understudy.labeler.filter.BorderPolicies.Straddling;
import dev.understudy.labeler.filter.ConfidencePolicies.BatchWeight;
import dev.understudy.labeler.filter.ConfidencePolicies.EntropyLimit;
import dev.understudy.labeler.filter.ConfidencePolicies.EntropyPercentile;
import dev.understudy.labeler.filter.ConfidencePolicies.Margin;
import dev.understudy.labeler.filter.ConfidencePolicies.Threshold;
import dev.understudy.labeler.filter.MatchPolicies.FlexMatch;
import dev.understudy.labeler.filter.MatchPolicies.FreeMatch;
import dev.understudy.labeler.filter.MatchPolicies.SoftMatch;
import dev.understudy.labeler.filter.Then.AllOf;
import dev.understudy.labeler.filter.ViewPolicies.SeenBy;
import dev.understudy.labeler.filter.ViewPolicies.ViewAgreement;
import java.nio.file.Path;
import java.util.List;

/**
 * A filter policy as it is written in YAML: {@code none}, {@code {threshold: {probability: 0.9}}},
 * {@code {all-of: [...]}}. Recipes are plain values; {@link #policy} makes one ready for a store.
 */
public sealed interface PolicyRecipe
        permits NoFilter,
                Threshold,
                ClassBalanced,
                EntropyLimit,
                EntropyPercentile,
                Margin,
                ViewAgreement,
                SeenBy,
                ImageReliability,
                FlexMatch,
                FreeMatch,
                SoftMatch,
                BatchWeight,
                BoundaryBand,
                SmallRegions,
                StoreAgreement,
                SurfaceVoting,
                LabelEdges,
                Straddling,
                LearnedReliability,
                Promise,
                AllOf,
                Then {
    /**
     * @throws dev.understudy.conf.ConfigurationException if the recipe does not fit the store, for example names a
     *     class that its class space does not have
     */
    FilterPolicy policy(FilterContext context);

    /** The same rules, in which votes by product that name no examples learn from these. */
    default PolicyRecipe withExamples(AnnotatedExamples examples) {
        return this;
    }

    /** All promises that it makes, whatever they are inside of. */
    default List<Promise> promises() {
        return List.of();
    }

    /**
     * The same rules, in which each promise has the threshold that it can be kept with.
     *
     * @param examples the store that the promises' annotated frames are in
     * @throws Promise.RefusedException if one of them cannot be kept
     */
    default PolicyRecipe renewed(FilterContext examples) {
        return this;
    }

    /** Manifests beside the store that decide what the policy does: who caches its answers must look at them too. */
    default List<Path> manifests() {
        return List.of();
    }
}
