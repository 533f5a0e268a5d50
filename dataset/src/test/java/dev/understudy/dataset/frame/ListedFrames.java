package dev.understudy.dataset.frame;

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
