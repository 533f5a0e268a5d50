package dev.understudy.labeler.filter;

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
                AllOf,
                Then {
    /**
     * @throws dev.understudy.conf.ConfigurationException if the recipe does not fit the store, for example names a class
     *     that its class space does not have
     */
    FilterPolicy policy(FilterContext context);
}
