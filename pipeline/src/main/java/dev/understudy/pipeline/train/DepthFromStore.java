package dev.understudy.pipeline.train;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.files.DataException;
import dev.understudy.store.LabelStore;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingSet;

/**
 * Frames of which those without depth get it from a depth expert's store, wherever the expert's views agreed. Frames
 * with depth of their own keep it, and frames that the store does not know stay without.
 *
 * @param store stays the caller's to close
 * @param maxSpread standard deviation over views, as a share of the depth, that is still believed
 */
record DepthFromStore(TrainingSet frames, LabelStore store, double maxSpread) implements TrainingSet.Wrapper {
    @Override
    public TrainingFrame get(int index) {
        TrainingFrame frame = frames.get(index);
        return frame.depth() != null || !store.contains(frame.id()) ? frame : frame.withDepth(believed(frame));
    }

    private DepthMap believed(TrainingFrame frame) {
        Evidence evidence = store.get(frame.id(), 1);
        DepthEvidence depth = evidence.depth();
        int width = frame.rgb().width();
        int height = frame.rgb().height();
        if (depth == null || evidence.width() != width || evidence.height() != height) {
            throw new DataException(store.path() + ": frame " + frame.id() + " is " + evidence.width() + "×"
                    + evidence.height() + (depth == null ? " without depth" : "") + " there, expected depth of " + width
                    + "×" + height + "; label the frame again");
        }
        float[] metres = depth.metres().clone();
        for (int i = 0; i < metres.length; i++) {
            if (!(depth.spread()[i] <= maxSpread * metres[i])) {
                metres[i] = 0;
            }
        }
        return new DepthMap(width, height, metres);
    }
}
