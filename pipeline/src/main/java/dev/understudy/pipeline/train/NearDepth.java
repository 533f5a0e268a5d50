package dev.understudy.pipeline.train;

import dev.understudy.dataset.image.DepthMap;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingSet;

/** Frames whose depth counts as unmeasured beyond {@code limit} metres. */
record NearDepth(TrainingSet frames, double limit) implements TrainingSet {
    @Override
    public int size() {
        return frames.size();
    }

    @Override
    public TrainingFrame get(int index) {
        TrainingFrame frame = frames.get(index);
        DepthMap depth = frame.depth();
        return depth == null ? frame : frame.withDepth(near(depth));
    }

    private DepthMap near(DepthMap depth) {
        float[] metres = depth.metres().clone();
        for (int i = 0; i < metres.length; i++) {
            metres[i] = metres[i] <= limit ? metres[i] : 0;
        }
        return new DepthMap(depth.width(), depth.height(), metres);
    }
}
