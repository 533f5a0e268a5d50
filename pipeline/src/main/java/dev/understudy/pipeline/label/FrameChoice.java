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

        @Override
        String inWords() {
            return "without segmentation";
        }
    },
    /** Those with depth and without segmentation. */
    DEPTH_ONLY {
        @Override
        boolean takes(FrameRecord frame) {
            return frame.isDepthOnly();
        }

        @Override
        String inWords() {
            return "with depth and without segmentation";
        }
    },
    /** Those without depth, for a depth expert. */
    WITHOUT_DEPTH {
        @Override
        boolean takes(FrameRecord frame) {
            return frame.depth() == null;
        }

        @Override
        String inWords() {
            return "without depth";
        }
    },
    /** Every one, for example to see how right the expert is. */
    ALL {
        @Override
        boolean takes(FrameRecord frame) {
            return true;
        }

        @Override
        String inWords() {
            return "listed";
        }
    };

    abstract boolean takes(FrameRecord frame);

    abstract String inWords();
}
