package dev.understudy.model.network;

import ai.djl.Device;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Task;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The networks that this program knows, by the name a user writes. */
public enum Architecture {
    LW_REFINENET_50("lw-refinenet50", EnumSet.of(Task.SEGMENTATION), Heads.segmentation(40)),
    LW_REFINENET_101("lw-refinenet101", EnumSet.of(Task.SEGMENTATION), Heads.segmentation(40)),
    LW_REFINENET_152("lw-refinenet152", EnumSet.of(Task.SEGMENTATION), Heads.segmentation(40)),
    WIDE_RESNET_38("wide-resnet38", EnumSet.of(Task.SEGMENTATION), Heads.segmentation(19)),
    MT_LW_REFINENET(
            "mt-lw-refinenet", EnumSet.allOf(Task.class), Heads.of(EnumSet.of(Task.SEGMENTATION, Task.DEPTH), 40));

    private final String key;
    private final Set<Task> possible;
    private final Heads usual;

    Architecture(String key, Set<Task> possible, Heads usual) {
        this.key = key;
        this.possible = possible;
        this.usual = usual;
    }

    /** @throws ConfigurationException if the name is unknown; it lists those that are known */
    public static Architecture parse(String name) {
        return Arrays.stream(values())
                .filter(a -> a.key.equals(name))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("architecture: " + name + ", expected one of "
                        + Arrays.stream(values()).map(Architecture::key).collect(Collectors.joining(", "))));
    }

    /** As on the command line, for example {@code lw-refinenet152}. */
    public String key() {
        return key;
    }

    /** The heads of the authors' own release. */
    public Heads usualHeads() {
        return usual;
    }

    /**
     * Builds the network in its trainable form with fresh weights. The same seed gives the same weights on every
     * machine: convolutions that batch-norm follows are Kaiming normal over fan-in, the others uniform in ±1/√fan-in,
     * biases 0, batch-norm the identity.
     *
     * @param device where its parameters live
     * @throws ConfigurationException if the architecture cannot have such heads
     */
    public Network create(Heads heads, Device device, long seed) {
        if (!possible.containsAll(heads.tasks())) {
            throw new ConfigurationException(key + ": tasks " + heads.tasks() + ", expected some of " + possible
                    + "; the student has all three");
        }
        throw new UnsupportedOperationException("blocks land next");
    }
}
