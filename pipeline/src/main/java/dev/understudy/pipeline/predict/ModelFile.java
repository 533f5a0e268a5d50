package dev.understudy.pipeline.predict;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.model.inference.NetworkPredictor;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint file and the network that it is of. What heads there are, and how many classes, is read off the tensors.
 *
 * @param heads all that the file has
 */
public record ModelFile(Path file, Architecture architecture, Heads heads, Checkpoint checkpoint) {
    /**
     * @param architecture as on the command line; null to go by the tensors' names
     * @throws CheckpointException if the file cannot be read, or no head of that architecture is in it
     * @throws ConfigurationException if the architecture is unknown, or not named and not to be told
     */
    public static ModelFile read(Path file, @Nullable String architecture) {
        Architecture named = architecture == null ? null : Architecture.parse(architecture);
        Checkpoint checkpoint = CheckpointReader.read(file);
        if (named == null) {
            Architecture.Guess guess = Architecture.guess(checkpoint)
                    .orElseThrow(() -> new ConfigurationException(file
                            + ": the tensors' names are of no architecture that is known here; name one with --arch, or"
                            + " see what is in the file with 'understudy checkpoint inspect'"));
            return new ModelFile(file, guess.architecture(), guess.heads(), checkpoint);
        }
        Heads heads = named.headsIn(checkpoint)
                .orElseThrow(() -> new CheckpointException(file + ": " + misfit(named, checkpoint)));
        return new ModelFile(file, named, heads, checkpoint);
    }

    /**
     * Builds the network for inference; the caller closes it.
     *
     * @param device {@code cpu}, {@code gpu} or {@code gpu:<n>}
     * @param threads that one forward pass may use
     * @throws CheckpointException if a tensor is missing, left over, of another shape or not finite
     */
    public InferenceNetwork build(String device, int threads) {
        try {
            return InferenceNetwork.of(architecture, heads, checkpoint, NativeEngine.start(device), threads);
        } catch (CheckpointException e) {
            throw e.about(file.toString());
        }
    }

    /** The network as its authors predict with it, on all processors; the caller closes it. */
    NetworkPredictor predictor(String device) {
        int threads = Runtime.getRuntime().availableProcessors();
        Preprocessing preprocessing =
                architecture == Architecture.MT_LW_REFINENET ? Preprocessing.STUDENT : Preprocessing.EXPERT;
        return new NetworkPredictor(build(device, threads), preprocessing, threads);
    }

    private static String misfit(Architecture wanted, Checkpoint checkpoint) {
        return "has no head of " + wanted.key() + "; "
                + Architecture.guess(checkpoint)
                        .map(guess ->
                                "the file seems to be " + guess.architecture().key())
                        .orElse("see what it is with 'understudy checkpoint inspect'");
    }
}
