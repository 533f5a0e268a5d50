package dev.understudy.labeler;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.store.Evidence;

/** A big network that labels frames. One thread at a time. */
public interface Expert extends AutoCloseable {
    /** Evidence at the frame's own size; the same frame always gets the same evidence. */
    Evidence predict(Frame frame);

    /** Releases native memory; closing twice does nothing. */
    @Override
    void close();
}
