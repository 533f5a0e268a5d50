package dev.understudy.trainer.benchmark;

import dev.understudy.model.benchmark.MemoryTrend;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whether anything piles up over training steps in a row.
 *
 * @param memory by step
 * @param firstArrays native arrays that network, optimiser and step hold after the second step
 * @param mostArrays after any later step
 * @param lastArrays after the last step
 */
public record TrainingSoak(MemoryTrend memory, int firstArrays, int mostArrays, int lastArrays) {
    /** As people read it. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>(memory.lines("step"));
        lines.add(String.format(
                Locale.ROOT,
                "native arrays   %9d after the second step, %d at most, %d at the end",
                firstArrays,
                mostArrays,
                lastArrays));
        return lines;
    }
}
