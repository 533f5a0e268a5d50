package dev.understudy.pipeline.predict;

import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.model.inference.NetworkPredictor;
import dev.understudy.model.inference.Preprocessing;
import java.nio.file.Path;

/** Checkpoints ready to predict. */
public final class Students {
    private Students() {}

    /**
     * A network on the processor, with all its heads and all processors.
     *
     * @throws dev.understudy.dataset.DataException if the file cannot be read
     */
    public static FramePredictor open(Path checkpoint) {
        ModelFile model = ModelFile.read(checkpoint, null);
        int threads = Runtime.getRuntime().availableProcessors();
        InferenceNetwork network = InferenceNetwork.of(
                model.architecture(), model.heads(), model.checkpoint(), NativeEngine.cpu(), threads);
        return new NetworkPredictor(network, Preprocessing.STUDENT, threads);
    }
}
