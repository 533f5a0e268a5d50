package dev.understudy.model.checkpoint;

import static dev.understudy.model.checkpoint.CheckpointBytes.pickle;
import static dev.understudy.model.checkpoint.CheckpointBytes.tensor;
import static dev.understudy.model.checkpoint.CheckpointBytes.text;
import static dev.understudy.model.checkpoint.CheckpointBytes.zipAround;

/**
 * A checkpoint with more than one dictionary of tensors, as trainings write it that keep an average of their weights.
 */
public final class TwoSets {
    private TwoSets() {}

    /** @param keysAndTensors a key of the file and the name of the only tensor under it, in turn */
    public static byte[] file(String... keysAndTensors) {
        StringBuilder script = new StringBuilder("}");
        for (int i = 0; i < keysAndTensors.length; i += 2) {
            script.append(text(keysAndTensors[i]))
                    .append(dict(keysAndTensors[i + 1]))
                    .append('s');
        }
        return zipAround(pickle(script + "."));
    }

    /** Opcodes of a dictionary of one tensor. */
    static String dict(String name) {
        return "}" + text(name) + tensor("K<04>", "K<00>", "(K<04>t", "(K<01>t") + "s";
    }
}
