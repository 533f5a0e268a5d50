package dev.understudy.model.network;

import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The layers of the student's encoder as torchvision's {@code mobilenet_v2} names them. There the first block has no
 * expansion, which is by a factor of one; the authors' has one all the same. It becomes the identity.
 */
final class TorchvisionMobileNet {
    private static final String FIRST = "features.0.0.weight";
    private static final String EXPANSION = "layer2.0.output.0.0";
    private static final String EXPANSION_NORM = "layer2.0.output.0.1";
    private static final double EPSILON = 1e-5;

    /** Blocks of the authors' layers 2 to 8. */
    private static final int[] REPEATS = {1, 2, 3, 4, 3, 3, 1};

    /** Ours → theirs, by layer. */
    static final Map<String, String> NAMES = names();

    private TorchvisionMobileNet() {}

    static boolean isIn(Checkpoint file) {
        return file.tensors().containsKey(FIRST);
    }

    private static Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("layer1.0", "features.0.0");
        names.put("layer1.1", "features.0.1");
        int block = 1;
        for (int i = 0; i < REPEATS.length; i++) {
            for (int j = 0; j < REPEATS[i]; j++, block++) {
                String ours = "layer" + (i + 2) + "." + j + ".output.";
                String theirs = "features." + block + ".conv.";
                int first = block == 1 ? 0 : 1;
                if (block > 1) {
                    names.put(ours + "0.0", theirs + "0.0");
                    names.put(ours + "0.1", theirs + "0.1");
                }
                names.put(ours + "1.0", theirs + first + ".0");
                names.put(ours + "1.1", theirs + first + ".1");
                names.put(ours + "2.0", theirs + (first + 1));
                names.put(ours + "2.1", theirs + (first + 2));
            }
        }
        return Collections.unmodifiableMap(names);
    }

    /** Whether torchvision's network has no such parameter. */
    static boolean isAbsent(String name) {
        return name.startsWith(EXPANSION + ".") || name.startsWith(EXPANSION_NORM + ".");
    }

    /** What makes the layer that is absent change nothing, by running statistics. */
    static Tensor identity(String name, Tensor like) {
        float[] values = new float[like.toFloats().length];
        if (name.startsWith(EXPANSION + ".")) {
            int channels = (int) like.shape()[0];
            for (int i = 0; i < channels; i++) {
                values[i * channels + i] = 1;
            }
        } else if (name.endsWith(".running_var")) {
            Arrays.fill(values, 1);
        } else if (name.endsWith(".weight")) {
            Arrays.fill(values, (float) Math.sqrt(1 + EPSILON));
        }
        return Tensor.of(like.shape(), values);
    }
}
