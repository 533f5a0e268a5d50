package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.imports.ImportSummary;
import java.util.ArrayList;
import java.util.List;

/** What a reader found: frames by sequence, in their order, and what it had to leave out. */
final class Sequences {
    private final List<SequenceFrame> frames = new ArrayList<>();
    private final List<ImportSummary.Skipped> skipped = new ArrayList<>();
    private final int every;

    /** @param every of each sequence, keep the first frame and each {@code every}th after it */
    Sequences(int every) {
        this.every = every;
    }

    void add(List<SequenceFrame> sequence) {
        for (int i = 0; i < sequence.size(); i += every) {
            frames.add(sequence.get(i));
        }
    }

    void skip(String source, String reason) {
        skipped.add(new ImportSummary.Skipped(source, reason));
    }

    List<SequenceFrame> frames() {
        return frames;
    }

    List<ImportSummary.Skipped> skipped() {
        return skipped;
    }
}
