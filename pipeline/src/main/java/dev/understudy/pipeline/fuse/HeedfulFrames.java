package dev.understudy.pipeline.fuse;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.labeler.fusion.SceneFrames;
import dev.understudy.pipeline.spark.TaskStop;
import java.util.List;
import java.util.SortedSet;

/** Frames of a scene that look, before each that is read, whether Spark still wants the task: a scene can take an hour. */
record HeedfulFrames(SceneFrames frames) implements SceneFrames {
    @Override
    public int size() {
        return frames.size();
    }

    @Override
    public FrameRecord record(int index) {
        return frames.record(index);
    }

    @Override
    public int width(int index) {
        return frames.width(index);
    }

    @Override
    public int height(int index) {
        return frames.height(index);
    }

    @Override
    public DepthMap depth(int index) {
        TaskStop.check();
        return frames.depth(index);
    }

    @Override
    public RgbImage picture(int index) {
        TaskStop.check();
        return frames.picture(index);
    }

    @Override
    public List<SegmentationEvidence> evidence(int index) {
        TaskStop.check();
        return frames.evidence(index);
    }

    @Override
    public SortedSet<Integer> winners() {
        return frames.winners();
    }
}
