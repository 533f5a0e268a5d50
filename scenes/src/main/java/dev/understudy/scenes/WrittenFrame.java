package dev.understudy.scenes;

import dev.understudy.dataset.frame.FrameRecord;

/**
 * A frame on disk.
 *
 * @param shown its line in the manifest
 * @param truth its line with everything that is known
 */
record WrittenFrame(FrameRecord shown, FrameRecord truth) {
    boolean hidesLabels() {
        return shown.segmentation() == null;
    }
}
