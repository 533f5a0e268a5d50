package dev.understudy.labeler;

import dev.understudy.model.inference.PictureNetwork;

/** How to build an expert's network: the dear part, which all tasks of a JVM share. Building twice gives equal networks. */
@FunctionalInterface
public interface NetworkRecipe {
    /**
     * @param device {@code cpu}, {@code gpu} or {@code gpu:<n>}
     * @param threads that one call of the network may use
     */
    PictureNetwork build(String device, int threads);
}
