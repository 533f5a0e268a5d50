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
 * Takes a part of weights that were trained for something else. What the file holds besides is passed over, and what the
 * network has besides stays as it is.
 */
public final class PartialWeights {
    private static final int LISTED = 3;

    private PartialWeights() {}

    /**
     * Takes the encoder alone, as of ImageNet classifiers: in the names of this network's authors, or MobileNet-v2 in
     * torchvision's.
     *
     * @throws CheckpointException if the file lacks one of its tensors or has it in another shape; nothing is changed then
     */
    public static void loadEncoder(Network network, Checkpoint file) {
        load(network, file, network::isEncoder, "encoder");
    }

    /**
     * Takes all but the heads, as of a student of other tasks or classes.
     *
     * @throws CheckpointException if the file lacks a tensor or has it in another shape; nothing is changed then
     */
    public static void loadBody(Network network, Checkpoint file) {
        load(network, file, name -> !MultiTaskRefineNet.isOfHead(name), "encoder and decoder");
    }

    private static void load(Network network, Checkpoint file, Predicate<String> part, String what) {
        Map<String, String> names = TorchvisionMobileNet.isIn(file) ? TorchvisionMobileNet.NAMES : Map.of();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        network.snapshot().tensors().forEach((name, fresh) -> {
            tensors.put(name, fresh);
            if (part.test(name)) {
                String theirs = theirs(name, names);
                Tensor found = TorchvisionMobileNet.isIn(file) && TorchvisionMobileNet.isAbsent(name)
                        ? TorchvisionMobileNet.identity(name, fresh)
                        : file.tensors().get(theirs);
                tensors.put(name, found);
                if (found == null) {
                    problems.add(theirs + " is missing");
                } else if (!Arrays.equals(found.shape(), fresh.shape())) {
                    problems.add(theirs + " is " + Arrays.toString(found.shape()) + ", expected "
                            + Arrays.toString(fresh.shape()));
                }
            }
        });
        if (!problems.isEmpty()) {
            throw new CheckpointException("the checkpoint holds no " + what + " of " + network.architecture() + ": "
                    + String.join("; ", problems.subList(0, Math.min(LISTED, problems.size())))
                    + (problems.size() > LISTED ? "; and " + (problems.size() - LISTED) + " more" : ""));
        }
        network.load(new Checkpoint(tensors));
    }

    /** Layers are renamed, what they hold ({@code weight}, {@code running_mean}) is not. */
    private static String theirs(String name, Map<String, String> layers) {
        int dot = name.lastIndexOf('.');
        String layer = name.substring(0, dot);
        return layers.getOrDefault(layer, layer) + name.substring(dot);
    }
}
