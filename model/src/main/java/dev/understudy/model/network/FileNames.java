package dev.understudy.model.network;

import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.network.Graph.CheckpointFit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A checkpoint under the names that this program's graphs have, which are those of the networks' authors: what wrappers
 * put before all names of a network is taken off, and the names of torchvision's MobileNet-v2 and of DenseTorch are
 * translated.
 *
 * @param checkpoint under our names; what no network here has keeps its own
 * @param prefix what came before all names
 * @param theirs by our name of a layer the file's, less the prefix, where it has another
 * @param denseTorch whether the names were DenseTorch's, whose decoder resizes in another way
 * @param notes what was left alone, for people to read
 */
record FileNames(
        Checkpoint checkpoint, String prefix, Map<String, String> theirs, boolean denseTorch, List<String> notes) {
    private static final String DENSE_TORCH = "0.layer1.0.weight";
    private static final String DENSE_TORCH_DECODER = "1.stem_convs.0.weight";

    /** A tensor that every file of a network has, by network; the first that is found tells where the names start. */
    private static final List<String> ANCHORS = List.of(
            DENSE_TORCH,
            TorchvisionMobileNet.FIRST,
            MultiTaskRefineNet.FIRST,
            LightWeightRefineNet.FIRST,
            WideResNet38.FIRST);

    /** What a network that averages another's weights is called beside it. */
    private static final List<String> AVERAGES = List.of("ema", "averag", "swa", "teacher", "shadow");

    private static final int LISTED = 3;

    static FileNames of(Checkpoint file) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(file.tensors());
        tensors.keySet().removeIf(CheckpointFit::isCounter);
        List<String> notes = new ArrayList<>();
        String prefix = prefix(tensors.keySet(), notes);
        List<String> outside = new ArrayList<>();
        Map<String, Tensor> unwrapped = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                unwrapped.put(name.substring(prefix.length()), tensor);
            } else {
                outside.add(name);
            }
        });
        boolean denseTorch = isDenseTorch(unwrapped.keySet(), "");
        Map<String, String> layers = denseTorch
                ? denseTorchLayers(unwrapped)
                : unwrapped.containsKey(TorchvisionMobileNet.FIRST) ? TorchvisionMobileNet.OURS : Map.of();
        Map<String, Tensor> ours = new LinkedHashMap<>();
        unwrapped.forEach((name, tensor) -> ours.put(translated(name, layers), tensor));
        Map<String, String> theirs = new LinkedHashMap<>();
        layers.forEach((their, our) -> theirs.put(our, their));
        if (!outside.isEmpty()) {
            notes.add("took the " + unwrapped.size() + " tensors under '" + prefix + "' and left " + outside.size()
                    + " others alone (" + String.join(", ", outside.subList(0, Math.min(LISTED, outside.size())))
                    + (outside.size() > LISTED ? ", …)" : ")"));
        }
        return new FileNames(new Checkpoint(ours), prefix, theirs, denseTorch, List.copyOf(notes));
    }

    /** As the file calls it, or would. */
    String original(String ours) {
        return prefix + translated(ours, theirs);
    }

    /** Whether the student's first block has no expansion: torchvision's has none, for it is by a factor of one. */
    boolean lacksFirstExpansion() {
        Set<String> names = checkpoint.tensors().keySet();
        return names.contains(MultiTaskRefineNet.FIRST_DEPTHWISE)
                && !names.contains(MultiTaskRefineNet.FIRST_EXPANSION);
    }

    /** What comes before the names of a network; of several networks that of the one that is no average. */
    private static String prefix(Set<String> names, List<String> notes) {
        for (String anchor : ANCHORS) {
            Set<String> found = new TreeSet<>(Comparator.comparing(FileNames::isAverage)
                    .thenComparing(String::length)
                    .thenComparing(p -> p));
            for (String name : names) {
                if (name.equals(anchor) || name.endsWith("." + anchor)) {
                    String prefix = name.substring(0, name.length() - anchor.length());
                    if (!anchor.equals(DENSE_TORCH) || isDenseTorch(names, prefix)) {
                        found.add(prefix);
                    }
                }
            }
            if (!found.isEmpty()) {
                String taken = found.iterator().next();
                if (found.size() > 1) {
                    notes.add("holds " + found.size() + " networks, under '" + String.join("', '", found) + "'; took '"
                            + taken + "'");
                }
                return taken;
            }
        }
        return "";
    }

    private static boolean isAverage(String prefix) {
        return AVERAGES.stream().anyMatch(prefix::contains);
    }

    private static boolean isDenseTorch(Set<String> names, String prefix) {
        return names.contains(prefix + DENSE_TORCH) && names.contains(prefix + DENSE_TORCH_DECODER);
    }

    /** Layers are renamed, what they hold ({@code weight}, {@code running_mean}) is not. */
    private static String translated(String name, Map<String, String> layers) {
        int dot = Math.max(0, name.lastIndexOf('.'));
        String layer = layers.get(name.substring(0, dot));
        return layer == null ? name : layer + name.substring(dot);
    }

    /**
     * {@code nn.Sequential(mobilenetv2, MTLWRefineNet)}: the encoder has the authors' names, the decoder numbers its
     * layers from the deepest on, and a head's task is told by its outputs, for a number is all it has.
     */
    private static Map<String, String> denseTorchLayers(Map<String, Tensor> tensors) {
        Map<String, String> ours = new LinkedHashMap<>();
        for (String name : tensors.keySet()) {
            int dot = Math.max(0, name.lastIndexOf('.'));
            String layer = name.substring(0, dot);
            String[] parts = layer.split("\\.");
            if (parts[0].equals("0")) {
                ours.put(layer, layer.substring(2));
            } else if (parts.length == 3 && parts[1].equals("stem_convs")) {
                ours.put(layer, "conv" + (8 - digit(parts[2])));
            } else if (parts.length == 3 && parts[1].equals("adapt_convs")) {
                ours.put(layer, "conv_adapt" + (4 - digit(parts[2])));
            } else if (parts.length == 5 && parts[1].equals("crp_blocks")) {
                ours.put(layer, "crp" + (4 - digit(parts[2])) + ".0." + parts[4]);
            } else if (parts.length == 4 && parts[1].equals("heads")) {
                task(tensors.get("1.heads." + parts[2] + ".2.weight")).ifPresent(task -> {
                    String head = MultiTaskRefineNet.HEADS.get(task);
                    ours.put(layer, parts[3].equals("0") ? "pre_" + head : head);
                });
            }
        }
        return ours;
    }

    private static int digit(String text) {
        return text.length() == 1 ? text.charAt(0) - '0' : -1;
    }

    private static Optional<Task> task(Tensor head) {
        if (head == null || head.shape().length != 4) {
            return Optional.empty();
        }
        long outputs = head.shape()[0];
        return Optional.of(outputs == 1 ? Task.DEPTH : outputs == 3 ? Task.NORMALS : Task.SEGMENTATION);
    }

    /**
     * The layers of the student's encoder as torchvision's {@code mobilenet_v2} names them. There the first block has
     * no expansion, which is by a factor of one; the authors' has one all the same.
     */
    static final class TorchvisionMobileNet {
        static final String FIRST = "features.0.0.weight";

        /** Blocks of the authors' layers 2 to 8. */
        private static final int[] REPEATS = {1, 2, 3, 4, 3, 3, 1};

        /** Theirs → ours, by layer. */
        static final Map<String, String> OURS = ours();

        private TorchvisionMobileNet() {}

        private static Map<String, String> ours() {
            Map<String, String> names = new LinkedHashMap<>();
            names.put("features.0.0", "layer1.0");
            names.put("features.0.1", "layer1.1");
            int block = 1;
            for (int i = 0; i < REPEATS.length; i++) {
                for (int j = 0; j < REPEATS[i]; j++, block++) {
                    String ours = "layer" + (i + 2) + "." + j + ".output.";
                    String theirs = "features." + block + ".conv.";
                    int first = block == 1 ? 0 : 1;
                    if (block > 1) {
                        names.put(theirs + "0.0", ours + "0.0");
                        names.put(theirs + "0.1", ours + "0.1");
                    }
                    names.put(theirs + first + ".0", ours + "1.0");
                    names.put(theirs + first + ".1", ours + "1.1");
                    names.put(theirs + (first + 1), ours + "2.0");
                    names.put(theirs + (first + 2), ours + "2.1");
                }
            }
            return Collections.unmodifiableMap(names);
        }
    }
}
