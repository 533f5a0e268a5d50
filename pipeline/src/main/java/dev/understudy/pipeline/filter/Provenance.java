package dev.understudy.pipeline.filter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.files.Sha256;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.labeler.reliability.ReliabilityFile;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What labels come from, so that whoever finds them later can tell.
 *
 * @param store fingerprint of the label store
 * @param expert who labelled: architecture or file, and SHA-256 of the weights
 * @param policy that kept and weighed, as YAML
 * @param reliability SHA-256 of what was learned of the store's reliability; {@value #NOT_LEARNED} if nothing was
 */
public record Provenance(String store, String expert, String policy, String reliability) {
    /** First line of {@link #line}. */
    public static final String HEAD = "frame,reliability,kept\n";

    static final String NOT_LEARNED = "not learned";

    public static Provenance of(LabelStore store, PolicyRecipe policy) throws IOException {
        Path learned = store.path().resolve(ReliabilityFile.NAME);
        return new Provenance(
                store.description().fingerprint().digest(),
                store.description().expert().architecture() + " "
                        + store.description().expert().checkpointSha256(),
                ConfigurationWriter.toYaml((Record) policy).strip(),
                ReliabilityFile.exists(store.path()) ? Sha256.of(learned) : NOT_LEARNED);
    }

    public Map<String, String> entries() {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("store", store);
        entries.put("expert", expert);
        entries.put("policy", policy);
        entries.put("reliability", reliability);
        return entries;
    }

    /** As a document of its own. */
    public String toJson() {
        try {
            return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(entries()) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A line of a table of frames.
     *
     * @param reliability mean of the answers' confidence, 0–1
     * @param kept share of its pixels that have a label, 0–1
     */
    public static String line(String frame, double reliability, double kept) {
        return String.format(Locale.ROOT, "%s,%.4f,%.4f\n", frame, reliability, kept);
    }
}
