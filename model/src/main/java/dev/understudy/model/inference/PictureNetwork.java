package dev.understudy.model.inference;

import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.RgbImage;
import java.util.List;
import java.util.Map;

/**
 * A network together with how pictures are shown to it: pictures in, its raw answers out, wherever it came from. Safe
 * for several threads at once.
 */
public interface PictureNetwork extends AutoCloseable {
    /**
     * The raw answers to one view of each picture, at the network's own resolution: logits by class, and depth in
     * whatever the network says it in.
     *
     * @param images shown together where they have one size and the network takes several at once
     * @return of each picture in order; the same as if it had been shown alone, up to rounding
     */
    List<Map<Task, FeatureMap>> features(List<RgbImage> images, View view);

    /** The same network for a user who must not close it. */
    default PictureNetwork lent() {
        PictureNetwork owner = this;
        return new PictureNetwork() {
            @Override
            public List<Map<Task, FeatureMap>> features(List<RgbImage> images, View view) {
                return owner.features(images, view);
            }

            @Override
            public void close() {}
        };
    }

    /** Releases native memory; closing twice does nothing. */
    @Override
    void close();
}
