package dev.understudy.trainer;

import ai.djl.Device;
import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.EncoderWeights;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The network that is trained.
 *
 * @param architecture as on the command line
 * @param tasks its heads
 * @param classes of its segmentation head
 * @param initial checkpoint to start from; null = fresh weights, which the seed decides
 * @param initialPart what is taken from it
 */
public record StudentConfiguration(
        @Default("mt-lw-refinenet") String architecture,
        @Default("[segmentation, depth]") List<Task> tasks,
        @Default("40") int classes,
        @Nullable Path initial,
        @Default("whole") InitialPart initialPart) {
    /** What a network starts with from a checkpoint. */
    public enum InitialPart {
        /** Every parameter; the file must have just these. */
        WHOLE,
        /** The encoder, from ImageNet weights in torchvision's or the authors' names, or from a student of other tasks. */
        ENCODER
    }

    public StudentConfiguration {
        tasks = List.copyOf(tasks);
        new Checks()
                .notBlank("architecture", architecture)
                .notEmpty("tasks", tasks)
                .inRange("classes", classes, 1, 255)
                .verify();
    }

    /** The same network from other {@code initial} weights; null = fresh ones. */
    public StudentConfiguration withInitial(@Nullable Path other) {
        return new StudentConfiguration(architecture, tasks, classes, other, InitialPart.WHOLE);
    }

    /** Builds it; the caller closes it. */
    public Network create(Device device, long seed) {
        Network network = Architecture.parse(architecture).create(Heads.of(tasks, classes), device, seed);
        try {
            if (initial != null && initialPart == InitialPart.ENCODER) {
                EncoderWeights.load(network, CheckpointReader.read(initial));
            } else if (initial != null) {
                network.load(CheckpointReader.read(initial));
            }
            return network;
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }
}
