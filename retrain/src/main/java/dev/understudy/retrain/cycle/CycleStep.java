package dev.understudy.retrain.cycle;

import dev.understudy.retrain.cycle.CycleRecord.Measure;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One step of a cycle. Stateless: what it needs is in the context, what it made is in its result and its folder. */
public interface CycleStep {
    /** {@code [a-z-]+}, unique in a cycle. */
    String name();

    /**
     * Everything that decides what {@link #run} does, name → value in canonical form: configuration, fingerprints of
     * files, outputs of the steps before. What is left out here is not noticed when it changes.
     */
    SortedMap<String, String> inputs(CycleContext context) throws IOException;

    /**
     * Does the work. It may have been killed in here before with the same inputs: what it left is still in
     * {@link CycleContext#work()}, to go on with or to overwrite. Effects elsewhere must bear being made twice.
     */
    StepResult run(CycleContext context) throws Exception;

    /**
     * Whether what {@code result} names is still there; if not, the step is done again though it has been done before.
     */
    default boolean holds(StepResult result) throws IOException {
        return true;
    }

    /**
     * What a step may look at.
     *
     * @param cycle id of the cycle; the same after a kill
     * @param work the step's own folder, which exists while the step runs; not there yet while it is asked for its
     * inputs
     * @param results of the steps before, by their names
     * @param tell gets lines for people
     */
    record CycleContext(String cycle, Path work, Map<String, StepResult> results, Consumer<String> tell) {
        public CycleContext {
            results = Map.copyOf(results);
        }

        /** An output of a step before. */
        public String output(String step, String name) {
            StepResult result = results.get(step);
            String value = result == null ? null : result.outputs().get(name);
            if (value == null) {
                throw new IllegalStateException(
                        "step " + step + " has no output " + name + ": steps are in a wrong order");
            }
            return value;
        }
    }

    /**
     * What a step returned.
     *
     * @param outputs for later steps: names of files, fingerprints, names of versions
     * @param measures for those who watch
     * @param ending how the cycle ends here, null = it goes on
     * @param reason why it ends, for people; empty if it goes on
     */
    record StepResult(
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
}
