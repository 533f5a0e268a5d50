package dev.understudy.labeler;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.store.Evidence;
import java.util.List;

/** A big network that labels frames. One thread at a time. */
public interface Expert extends AutoCloseable {
    /**
     * Evidence at the frame's own size; the same frame always gets the same evidence.
     *
     * @throws dev.understudy.dataset.DataException if the network has no usable answer for this frame
     */
    Evidence predict(Frame frame);

    /**
     * Evidence of each frame, in order, as if it had been asked for alone; one call of the network for those that it can be
     * shown together.
     *
     * @throws dev.understudy.dataset.DataException if it has no usable answer for one of the frames, whichever that is
     */
    default List<Evidence> predict(List<Frame> frames) {
        return frames.stream().map(this::predict).toList();
    }

    /** Releases native memory; closing twice does nothing. */
    @Override
    void close();
}
