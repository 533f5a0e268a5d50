package dev.understudy.pipeline.label;

import dev.understudy.dataset.frame.FrameRecord;

/** Which frames of a manifest are meant. */
public enum FrameChoice {
    /** Those without segmentation. */
    UNLABELLED {
        @Override
        public boolean takes(FrameRecord frame) {
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
        public boolean takes(FrameRecord frame) {
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
        public boolean takes(FrameRecord frame) {
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
        public boolean takes(FrameRecord frame) {
            return true;
        }

        @Override
        String inWords() {
            return "listed";
        }
    };

    public abstract boolean takes(FrameRecord frame);

    abstract String inWords();
}
