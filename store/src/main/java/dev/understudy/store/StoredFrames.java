package dev.understudy.store;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.ClassSpace;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Those frames of a source that a store has labelled, in the source's order. */
public final class StoredFrames implements FrameSource {
    private final FrameSource frames;
    private final int[] indices;

    public StoredFrames(FrameSource frames, LabelStore store) {
        this.frames = frames;
        this.indices = IntStream.range(0, frames.size())
                .filter(index -> store.contains(frames.record(index).id()))
                .toArray();
    }

    @Override
    public int size() {
        return indices.length;
    }

    @Override
    public FrameRecord record(int index) {
        return frames.record(indices[index]);
    }

    @Override
    public @Nullable ClassSpace classSpace(int index) {
        return frames.classSpace(indices[index]);
    }

    @Override
    public Frame read(int index) {
        return frames.read(indices[index]);
    }
}
