package dev.understudy.model.network;

import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.network.Graph.ParameterSpec;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Weights as one of our networks takes them, whatever the names and wrappings in their file: {@code module.},
 * {@code _orig_mod.}, {@code model.} or any other prefix, DenseTorch's own names, batch-norm folded into the
 * convolutions.
 *
 * @param heads all that the file has
 * @param graph the layers of the very network that the file is of
 * @param weights all tensors of {@code graph} and no others, in its names
 * @param notes what of the file was left alone, for people to read
 */
public record NetworkWeights(
        Architecture architecture, Heads heads, Graph graph, Checkpoint weights, List<String> notes) {
    /** Channels of {@link #features} at stride 16. */
    public static final int FEATURE_CHANNELS = 96;

    private static final String FEATURES = "mobilenet-v2";

    /**
     * @throws CheckpointException if the file has no head of the architecture, or does not fit it, or holds values that
     *     are not finite
     */
    public static NetworkWeights of(Architecture architecture, Checkpoint file) {
        Heads heads = architecture.headsIn(file).orElseThrow(() -> new CheckpointException(misfit(architecture, file)));
        return of(architecture, heads, file);
    }

    /** With heads that the file must have. @throws CheckpointException as {@link #of(Architecture, Checkpoint)} */
    public static NetworkWeights of(Architecture architecture, Heads heads, Checkpoint file) {
        FileNames names = FileNames.of(file);
        Graph graph = architecture.graph(heads, names);
        Checkpoint weights = Unfolding.of(graph, names.checkpoint());
        graph.check(weights);
        return new NetworkWeights(architecture, heads, graph, weights, names.notes());
    }

    /**
     * The student's encoder alone, of a file of a whole student or of a classifier (MobileNet-v2 in its authors' or
     * torchvision's names). The network has two outputs: 96 channels of features at stride 16, in the place of
     * segmentation, and 320 at stride 32 in that of depth.
     *
     * @throws CheckpointException if the file lacks one of its tensors, or has it in another shape or not finite
     */
    public static NetworkWeights features(Checkpoint file) {
        FileNames names = FileNames.of(file);
        Graph graph = MultiTaskRefineNet.encoderGraph(FEATURES, !names.lacksFirstExpansion());
        Checkpoint all = Unfolding.of(graph, names.checkpoint());
        Map<String, Tensor> own = new LinkedHashMap<>();
        for (ParameterSpec spec : graph.parameters()) {
            Tensor tensor = all.tensors().get(spec.name());
            if (tensor != null) {
                own.put(spec.name(), tensor);
            }
        }
        Checkpoint weights = new Checkpoint(own);
        graph.check(weights);
        return new NetworkWeights(
                Architecture.MT_LW_REFINENET,
                Heads.of(graph.outputs().keySet(), FEATURE_CHANNELS),
                graph,
                weights,
                names.notes());
    }

    /**
     * Of the architecture that most of the file's names belong to; empty if there is none.
     *
     * @throws CheckpointException if it does not fit that after all, or holds values that are not finite
     */
    public static Optional<NetworkWeights> of(Checkpoint file) {
        return Architecture.guess(file).map(guess -> of(guess.architecture(), guess.heads(), file));
    }

    /** The same network for those who ask only some of its heads: what the others alone need is not calculated. */
    public NetworkWeights only(Collection<Task> tasks) {
        Set<Task> kept = EnumSet.copyOf(tasks);
        kept.retainAll(heads.tasks());
        return new NetworkWeights(architecture, Heads.of(kept, heads.classes()), graph.only(kept), weights, notes);
    }

    private static String misfit(Architecture wanted, Checkpoint file) {
        return "has no head of " + wanted.key() + "; "
                + Architecture.guess(file)
                        .map(guess ->
                                "the file seems to be " + guess.architecture().key())
                        .orElse("see what it is with 'understudy checkpoint inspect'");
    }
}
