package dev.understudy.pipeline.label;

import dev.understudy.dataset.frame.FrameRecord;

/** Which frames of a manifest are labelled. */
public enum FrameChoice {
    /** Those without segmentation. */
    UNLABELLED {
        @Override
        boolean takes(FrameRecord frame) {
            return frame.segmentation() == null;
        }
    },
    /** Those with depth and without segmentation. */
    DEPTH_ONLY {
        @Override
        boolean takes(FrameRecord frame) {
            return frame.isDepthOnly();
        }
    },
    /** Every one, for example to see how right the expert is. */
    ALL {
        @Override
        boolean takes(FrameRecord frame) {
            return true;
        }
    };

    abstract boolean takes(FrameRecord frame);
}
