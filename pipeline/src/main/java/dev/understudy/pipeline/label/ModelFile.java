package dev.understudy.pipeline.label;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.model.inference.NetworkPredictor;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.NetworkWeights;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A checkpoint file and the network that it is of. What heads there are, and how many classes, is read off the tensors.
 *
 * @param precision that it is to be calculated in
 */
public record ModelFile(Path file, NetworkWeights network, Precision precision) {
    private static final Logger LOG = LoggerFactory.getLogger(ModelFile.class);

    /**
     * @param architecture as on the command line; null to go by the tensors' names
     * @throws dev.understudy.files.DataException if the file cannot be read, no head of that architecture is in it, a
     *     tensor is missing, left over or of another shape, or holds values that are not finite
     * @throws ConfigurationException if the architecture is unknown, or not named and not to be told
     */
    public static ModelFile read(Path file, @Nullable String architecture) {
        Architecture named = architecture == null ? null : Architecture.parse(architecture);
        Checkpoint checkpoint = CheckpointReader.read(file);
        try {
            NetworkWeights network = named == null ? told(file, checkpoint) : NetworkWeights.of(named, checkpoint);
            network.notes().forEach(note -> LOG.warn("{}: {}", file, note));
            return new ModelFile(file, network, Precision.AUTO);
        } catch (CheckpointException e) {
            throw e.about(file.toString());
        }
    }

    private static NetworkWeights told(Path file, Checkpoint checkpoint) {
        return NetworkWeights.of(checkpoint)
                .orElseThrow(() -> new ConfigurationException(file
                        + ": the tensors' names are of no architecture that is known here; name one with --arch, or"
                        + " see what is in the file with 'understudy checkpoint inspect'"));
    }

    public Architecture architecture() {
        return network.architecture();
    }

    /** The same network, to be calculated in other numbers. */
    public ModelFile in(Precision other) {
        return new ModelFile(file, network, other);
    }

    /** All that the file has. */
    public Heads heads() {
        return network.heads();
    }

    /**
     * Builds the network for inference; the caller closes it.
     *
     * @param device {@code cpu}, {@code gpu} or {@code gpu:<n>}
     * @param threads that one forward pass may use
     * @throws ConfigurationException if the device is not there, or cannot calculate in the precision
     */
    public InferenceNetwork build(String device, int threads) {
        return InferenceNetwork.of(network, NativeEngine.start(device), threads, precision);
    }

    /** The network as its authors predict with it, on all processors; the caller closes it. */
    public NetworkPredictor predictor(String device) {
        int threads = Runtime.getRuntime().availableProcessors();
        Preprocessing preprocessing =
                architecture() == Architecture.MT_LW_REFINENET ? Preprocessing.STUDENT : Preprocessing.EXPERT;
        return new NetworkPredictor(build(device, threads), preprocessing, threads);
    }

    /** Where the classes that frames are annotated in are among a network's outputs. */
    public static final class OutputSlice {
        private OutputSlice() {}

        /**
         * @param outputs class space of the network's outputs
         * @param scored class space of the frames, {@code outputs} or a part of it
         * @throws ConfigurationException if the network has other outputs, or {@code scored} is no part of them
         */
        public static ClassSlice of(ModelFile model, ClassSpace outputs, ClassSpace scored) {
            if (outputs.size() != model.heads().classes()) {
                throw new ConfigurationException(
                        model.file() + ": the network has " + model.heads().classes()
                                + " classes, but " + outputs.name() + " has " + outputs.size()
                                + "; name the class space of its outputs with --classes, and with --map-to that of the frames");
            }
            return outputs.slice(scored.name())
                    .orElseThrow(() -> new ConfigurationException("the frames are annotated in " + scored.name()
                            + ", which is no part of " + outputs.name() + "; map the classes with --map-to "
                            + scored.name()));
        }
    }

    /**
     * A student on the processor, ready to predict with all its heads and all processors.
     *
     * @throws dev.understudy.files.DataException if the file cannot be read
     */
    public static FramePredictor student(Path checkpoint) {
        return student(checkpoint, Runtime.getRuntime().availableProcessors());
    }

    /** As {@link #student(Path)} with so many processors. */
    public static FramePredictor student(Path checkpoint, int threads) {
        ModelFile model = read(checkpoint, null);
        return new NetworkPredictor(model.build("cpu", threads), Preprocessing.STUDENT, threads);
    }

    /** What a network's classes are called and which colours they have. */
    public static final class OutputClasses {
        private OutputClasses() {}

        /**
         * @param named null = the known space with as many classes
         * @return null if there is no segmentation
         * @throws ConfigurationException if no known space fits, or the named one does not
         */
        public static @Nullable ClassSpace of(Heads heads, @Nullable String named) {
            if (!heads.tasks().contains(Task.SEGMENTATION)) {
                return null;
            }
            if (named != null) {
                ClassSpace space = ClassSpace.load(named);
                if (space.size() != heads.classes()) {
                    throw new ConfigurationException("--classes " + named + ": has " + space.size()
                            + " classes, expected the network's " + heads.classes());
                }
                return space;
            }
            return ClassSpace.builtIn().stream()
                    .map(ClassSpace::load)
                    .filter(space -> space.size() == heads.classes())
                    .findFirst()
                    .orElseThrow(() -> new ConfigurationException("the network has " + heads.classes()
                            + " classes, as no class space that is built in; name theirs with --classes FILE.yaml"));
        }
    }
}
