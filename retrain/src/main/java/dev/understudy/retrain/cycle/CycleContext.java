package dev.understudy.retrain.cycle;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a step may look at.
 *
 * @param cycle id of the cycle; the same after a kill
 * @param work the step's own folder, which exists while the step runs; not there yet while it is asked for its inputs
 * @param results of the steps before, by their names
 * @param tell gets lines for people
 */
public record CycleContext(String cycle, Path work, Map<String, StepResult> results, Consumer<String> tell) {
    public CycleContext {
        results = Map.copyOf(results);
    }

    /** An output of a step before. */
    public String output(String step, String name) {
        StepResult result = results.get(step);
        String value = result == null ? null : result.outputs().get(name);
        if (value == null) {
            throw new IllegalStateException("step " + step + " has no output " + name + ": steps are in a wrong order");
        }
        return value;
    }
}
