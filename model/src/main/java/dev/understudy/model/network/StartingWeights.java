package dev.understudy.model.network;

import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.checkpoint.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Weights that training starts from, all of them or a part, in whatever names their file has. What the file holds
 * besides the part is passed over, and what the network has besides stays as it is.
 */
public final class StartingWeights {
    private static final int LISTED = 3;

    private final FileNames names;
    private final Graph graph;
    private final Checkpoint weights;

    /** @param heads of the network that is to be trained */
    public StartingWeights(Architecture architecture, Heads heads, Checkpoint file) {
        this.names = FileNames.of(file);
        this.graph = architecture.trainableGraph(heads, names);
        this.weights = Unfolding.of(graph, names.checkpoint());
    }

    /**
     * The layers of the network that is to be trained: without an expansion in the first block where the file has none.
     */
    public Graph graph() {
        return graph;
    }

    /** What of the file was left alone, for people to read. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>(names.notes());
        if (names.denseTorch()) {
            notes.add(
                    "is DenseTorch's, whose decoder resizes with aligned corners and this one without; training will make"
                            + " up for that");
        }
        return notes;
    }

    /**
     * Takes every parameter.
     *
     * @throws CheckpointException if a tensor is missing, left over, of another shape or not finite; nothing is changed
     *     then
     */
    public void loadWhole(Network network) {
        network.load(weights);
    }

    /**
     * Takes the encoder alone, as of ImageNet classifiers: in the names of this network's authors, or MobileNet-v2 in
     * torchvision's.
     *
     * @throws CheckpointException if the file lacks one of its tensors, has it in another shape or not finite; nothing
     *     is changed then
     */
    public void loadEncoder(Network network) {
        load(network, network::isEncoder, "encoder");
    }

    /**
     * Takes all but the heads, as of a student of other tasks or classes.
     *
     * @throws CheckpointException as {@link #loadEncoder}
     */
    public void loadBody(Network network) {
        load(network, name -> !MultiTaskRefineNet.isOfHead(name), "encoder and decoder");
    }

    private void load(Network network, Predicate<String> part, String what) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        network.snapshot().tensors().forEach((name, fresh) -> {
            Tensor found = part.test(name) ? weights.tensors().get(name) : fresh;
            tensors.put(name, found);
            if (found == null) {
                problems.add(names.original(name) + " is missing");
            } else if (!Arrays.equals(found.shape(), fresh.shape())) {
                problems.add(names.original(name) + " is " + Arrays.toString(found.shape()) + ", expected "
                        + Arrays.toString(fresh.shape()));
            }
        });
        if (!problems.isEmpty()) {
            throw new CheckpointException("the checkpoint holds no " + what + " of " + network.architecture() + ": "
                    + String.join("; ", problems.subList(0, Math.min(LISTED, problems.size())))
                    + (problems.size() > LISTED ? "; and " + (problems.size() - LISTED) + " more" : ""));
        }
        network.load(new Checkpoint(tensors));
    }
}
