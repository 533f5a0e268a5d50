package dev.understudy.trainer;

import ai.djl.Device;
import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.DataParallelNetwork;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import dev.understudy.model.network.StartingWeights;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network that is trained.
 *
 * @param architecture as on the command line
 * @param tasks its heads
 * @param classes of its segmentation head
 * @param initial checkpoint to start from; null = fresh weights, which the seed decides.
 *     Batch-norms of it that know no picture, as where batch-norm was folded into the convolutions, get the statistics
 *     of the first batches before the first step, which changes no output
 * @param initialPart what is taken from it
 */
public record StudentConfiguration(
        @Default("mt-lw-refinenet") String architecture,
        @Default("[segmentation, depth]") List<Task> tasks,
        @Default("40") int classes,
        @Nullable Path initial,
        @Default("whole") InitialPart initialPart) {
    private static final Logger LOG = LoggerFactory.getLogger(StudentConfiguration.class);

    /** What a network starts with from a checkpoint. */
    public enum InitialPart {
        /** Every parameter; the file must have just these. */
        WHOLE,
        /** The encoder, from ImageNet weights in torchvision's or the authors' names, or from any student. */
        ENCODER,
        /** All but the heads, from a student of other tasks or classes. */
        BODY
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

    /**
     * Builds it; the caller closes it.
     *
     * @param devices several share the pictures of a batch
     */
    public Network create(List<Device> devices, long seed) {
        Architecture which = Architecture.parse(architecture);
        Heads heads = Heads.of(tasks, classes);
        if (initial == null) {
            return DataParallelNetwork.create(which.graph(heads), devices, seed);
        }
        StartingWeights weights = new StartingWeights(which, heads, CheckpointReader.read(initial));
        weights.notes().forEach(note -> LOG.warn("{}: {}", initial, note));
        Network network = DataParallelNetwork.create(weights.graph(), devices, seed);
        try {
            take(weights, network);
            return network;
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    private void take(StartingWeights weights, Network network) {
        try {
            switch (initialPart) {
                case WHOLE -> weights.loadWhole(network);
                case ENCODER -> weights.loadEncoder(network);
                case BODY -> weights.loadBody(network);
            }
        } catch (CheckpointException e) {
            String remedy = initialPart == InitialPart.WHOLE
                    ? "; to start from a part of them, set initialPart to body (all but the heads) or encoder"
                    : "";
            throw new CheckpointException(initial + ": " + e.getMessage() + remedy, e);
        }
    }
}
