package dev.understudy.pipeline.predict;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.classes.ClassSlice;
import dev.understudy.dataset.classes.ClassSpace;

/** Where the classes that frames are annotated in are among a network's outputs. */
public final class OutputSlice {
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
