package dev.understudy.labeler;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;
import java.util.List;

/**
 * A big network that labels frames. One thread at a time; experts that share a network may be asked at the same time,
 * each by a thread of its own. An interrupted thread gets its answer or an {@link IllegalStateException}, and stays
 * interrupted.
 */
public interface Expert extends AutoCloseable {
    /**
     * Evidence at the frame's own size; the same frame always gets the same evidence.
     *
     * @throws dev.understudy.files.DataException if the network has no usable answer for this frame
     */
    Evidence predict(Frame frame);

    /**
     * Evidence of each frame, in order, as if it had been asked for alone, but for rounding: a probability may differ
     * by a step of 1/255, depth in its fifth digit, and the class where two are as good as equal. One call of the
     * network for those frames of one size that it can be shown together.
     *
     * @throws dev.understudy.files.DataException if it has no usable answer for one of the frames, whichever that is
     */
    default List<Evidence> predict(List<Frame> frames) {
        return frames.stream().map(this::predict).toList();
    }

    /** Releases native memory; an expert that is closed answers no more. Closing twice does nothing. */
    @Override
    void close();
}
