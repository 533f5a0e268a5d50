package dev.understudy.dataset.imports;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What an import did.
 *
 * @param frames in the manifest
 * @param splits frames by split, sorted by name; frames without one are under {@code none}
 * @param withSegmentation frames that have labels
 * @param withDepth frames that have depth
 * @param written files made or copied in this run
 * @param kept files that an earlier run had made
 * @param skipped what was left out, in order
 * @param warnings what was noticed and is likely not meant
 * @param notes what else was noticed
 */
@RecordBuilder
public record ImportSummary(
        Path manifest,
        int frames,
        Map<String, Integer> splits,
        int withSegmentation,
        int withDepth,
        int written,
        int kept,
        List<Skipped> skipped,
        List<String> warnings,
        List<String> notes) {

    /** @param source where it was listed */
    public record Skipped(String source, String reason) {}
}
