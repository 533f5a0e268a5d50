package dev.understudy.retrain.registry;

import org.jspecify.annotations.Nullable;

/**
 * Fingerprints of what a version was trained on and from, as the caller makes them; null where there was none.
 *
 * @param data the manifests with the real labels
 * @param store the label store
 * @param expert who labelled
 */
public record Lineage(
        @Nullable String data,
        @Nullable String store,
        @Nullable String expert) {
    public static final Lineage UNKNOWN = new Lineage(null, null, null);
}
