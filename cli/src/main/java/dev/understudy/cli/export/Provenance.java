package dev.understudy.cli.export;

import dev.understudy.store.StoreDescription;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What labels come from, so that whoever finds them later can tell.
 *
 * @param store fingerprint of the label store
 * @param expert who labelled: architecture or file, and SHA-256 of the weights
 * @param policy that kept and weighed, as YAML
 */
record Provenance(String store, String expert, String policy) {
    static Provenance of(StoreDescription store, String policy) {
        return new Provenance(
                store.fingerprint().digest(),
                store.expert().architecture() + " " + store.expert().checkpointSha256(),
                policy);
    }

    Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("store", store);
        entries.put("expert", expert);
        entries.put("policy", policy);
        return entries;
    }
}
