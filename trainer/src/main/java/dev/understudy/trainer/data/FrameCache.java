package dev.understudy.trainer.data;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps decoded frames in memory up to a number of bytes. What came first stays: with frames drawn at random, to
 * replace them would hit no more often. Safe for several threads at once.
 */
public final class FrameCache {
    private final AtomicLong free;

    public FrameCache(long bytes) {
        this.free = new AtomicLong(bytes);
    }

    /** The same frames, read once as far as there is room. All sets of one cache share its room. */
    public TrainingSet over(TrainingSet frames) {
        Map<Integer, TrainingFrame> kept = new ConcurrentHashMap<>();
        return new TrainingSet.Wrapper() {
            @Override
            public TrainingSet frames() {
                return frames;
            }

            @Override
            public TrainingFrame get(int index) {
                TrainingFrame frame = kept.get(index);
                if (frame == null) {
                    frame = frames.get(index);
                    if (reserve(bytes(frame))) {
                        kept.put(index, frame);
                    }
                }
                return frame;
            }
        };
    }

    private boolean reserve(long bytes) {
        if (free.addAndGet(-bytes) >= 0) {
            return true;
        }
        free.addAndGet(bytes);
        return false;
    }

    private static long bytes(TrainingFrame frame) {
        long pixels = (long) frame.rgb().width() * frame.rgb().height();
        long each = 3;
        each += frame.segmentation() == null ? 0 : 1;
        each += frame.segmentationWeight() == null ? 0 : 4;
        each += frame.soft() == null ? 0 : 2L * frame.soft().topK();
        each += frame.depth() == null ? 0 : 4;
        each += frame.view() == null || frame.view().depth() == frame.depth() ? 0 : 4;
        each += frame.normals() == null ? 0 : 12;
        return pixels * each;
    }
}
