package dev.understudy.pipeline.label;

import dev.understudy.dataset.evidence.LevelHistogram;
import dev.understudy.store.ShardResult;
import java.util.Locale;

/** What a running job has labelled so far, in the few words that a progress line has room for. */
final class LabelTally {
    /** What the policy {@code threshold} is mostly given. */
    private static final double SURE = 0.9;

    private final LevelHistogram confidence = new LevelHistogram();

    void add(ShardResult result) {
        confidence.merge(result.confidence());
    }

    /** @param quarantined frames of the whole store */
    String note(long quarantined) {
        long pixels = confidence.total();
        String sure = pixels == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "confidence %.2f, %.0f%% kept at %.1f, ",
                        confidence.mean(),
                        100.0 * confidence.countFrom((int) Math.ceil(SURE * 255)) / pixels,
                        SURE);
        return sure + quarantined + " quarantined";
    }
}
