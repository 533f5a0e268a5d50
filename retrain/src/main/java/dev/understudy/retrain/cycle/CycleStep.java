package dev.understudy.retrain.cycle;

import java.io.IOException;
import java.util.SortedMap;

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
}
