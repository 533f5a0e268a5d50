package dev.understudy.labeler;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import java.util.List;

/** Frames that are in memory. */
public record ListedFrames(List<Frame> frames) implements FrameSource {
    @Override
    public int size() {
        return frames.size();
    }

    @Override
    public FrameRecord record(int index) {
        return frames.get(index).record();
    }

    @Override
    public Frame read(int index) {
        return frames.get(index);
    }
}
