package dev.understudy.pipeline.predict;

import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.model.inference.NetworkPredictor;
import dev.understudy.model.inference.Preprocessing;
import java.nio.file.Path;

/** Checkpoints ready to predict. */
public final class Students {
    private Students() {}

    /**
     * A network on the processor, with all its heads and all processors.
     *
     * @throws dev.understudy.files.DataException if the file cannot be read
     */
    public static FramePredictor open(Path checkpoint) {
        return open(checkpoint, Runtime.getRuntime().availableProcessors());
    }

    /** As {@link #open(Path)} with so many processors. */
    public static FramePredictor open(Path checkpoint, int threads) {
        ModelFile model = ModelFile.read(checkpoint, null);
        return new NetworkPredictor(model.build("cpu", threads), Preprocessing.STUDENT, threads);
    }
}
