package dev.understudy.model.network;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The layers of the student's encoder as torchvision's {@code mobilenet_v2} names them. There the first block has no
 * expansion, which is by a factor of one; the authors' has one all the same.
 */
final class TorchvisionMobileNet {
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
