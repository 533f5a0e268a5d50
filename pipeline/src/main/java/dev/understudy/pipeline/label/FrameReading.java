package dev.understudy.pipeline.label;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import java.io.Serializable;

/** How tasks open frames. Travels from the driver to the executors; safe for several threads. */
@FunctionalInterface
public interface FrameReading extends Serializable {
    /** @throws dev.understudy.files.DataException if the frame cannot be read; it is quarantined then */
    Frame read(FrameRecord record);

    /** How many frames a task may read at once: more than one where reading is mostly waiting. */
    default int atOnce() {
        return 1;
    }
}
