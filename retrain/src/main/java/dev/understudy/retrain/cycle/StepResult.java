package dev.understudy.retrain.cycle;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a step returned.
 *
 * @param outputs for later steps: names of files, fingerprints, names of versions
 * @param measures for those who watch
 * @param ending how the cycle ends here, null = it goes on
 * @param reason why it ends, for people; empty if it goes on
 */
public record StepResult(
        SortedMap<String, String> outputs,
        List<Measure> measures,
        @Nullable Outcome ending,
        String reason) {
    public StepResult {
        outputs = Collections.unmodifiableSortedMap(new TreeMap<>(outputs));
        measures = List.copyOf(measures);
        if (ending != null && ending.isUnfinished()) {
            throw new IllegalArgumentException("a step that has been done ends a cycle as " + ending);
        }
    }

    public static StepResult done(Map<String, String> outputs, List<Measure> measures) {
        return new StepResult(new TreeMap<>(outputs), measures, null, "");
    }

    /** The last step: those after it are not reached. */
    public static StepResult ending(
            Outcome ending, String reason, Map<String, String> outputs, List<Measure> measures) {
        return new StepResult(new TreeMap<>(outputs), measures, ending, reason);
    }
}
