package dev.understudy.model.network;

import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.network.Graph.ParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether a checkpoint holds exactly the tensors of a graph. */
final class CheckpointFit {
    private static final int LISTED = 4;

    private CheckpointFit() {}

    /**
     * PyTorch counts the batches that batch-norm has seen, and the weights that an average is of; nothing here uses
     * that.
     */
    static boolean isCounter(String name) {
        return name.endsWith("num_batches_tracked") || name.equals("n_averaged") || name.endsWith(".n_averaged");
    }

    /**
     * @throws CheckpointException if a tensor is missing, left over or of another shape, holds a value that is not
     *     finite, or a variance below 0
     */
    static void check(Graph graph, Checkpoint checkpoint) {
        Map<String, Tensor> left = new LinkedHashMap<>(checkpoint.tensors());
        left.keySet().removeIf(CheckpointFit::isCounter);
        List<String> missing = new ArrayList<>();
        List<String> misshapen = new ArrayList<>();
        for (ParameterSpec spec : graph.parameters()) {
            Tensor tensor = left.remove(spec.name());
            if (tensor == null) {
                missing.add(spec.name());
            } else if (!Arrays.equals(tensor.shape(), spec.shape().getShape())) {
                misshapen.add(spec.name() + " is " + Arrays.toString(tensor.shape()) + ", expected "
                        + Arrays.toString(spec.shape().getShape()));
            }
        }
        List<String> problems = new ArrayList<>();
        list(problems, "missing", missing);
        list(problems, "left over", List.copyOf(left.keySet()));
        list(problems, "of another shape", misshapen);
        if (!problems.isEmpty()) {
            throw new CheckpointException("the checkpoint does not fit " + graph.architecture() + ": "
                    + String.join("; ", problems) + "; " + advice(graph, checkpoint));
        }
        List<String> faults = checkpoint.faults();
        if (!faults.isEmpty()) {
            throw new CheckpointException("the weights are damaged: "
                    + String.join(", ", faults.subList(0, Math.min(LISTED, faults.size())))
                    + (faults.size() > LISTED ? " and " + (faults.size() - LISTED) + " more" : "")
                    + "; take a checkpoint from before training went wrong");
        }
    }

    private static void list(List<String> problems, String what, List<String> names) {
        if (!names.isEmpty()) {
            String first = String.join(", ", names.subList(0, Math.min(LISTED, names.size())));
            problems.add(names.size() + " " + what + " (" + first + (names.size() > LISTED ? ", …)" : ")"));
        }
    }

    private static String advice(Graph graph, Checkpoint checkpoint) {
        return Architecture.guess(checkpoint)
                .map(guess -> "the file seems to be " + guess.architecture().key() + " with "
                        + guess.heads().tasks().stream().map(t -> t.key()).toList()
                        + (guess.heads().classes() > 0 ? " and " + guess.heads().classes() + " classes" : ""))
                .map(seems -> seems + (seems.contains(graph.architecture()) ? ": check tasks and classes" : ""))
                .orElse("the file is of no architecture known here");
    }
}
