package dev.understudy.labeler.fusion;

import dev.understudy.dataset.frame.FrameRecord;
import java.util.ArrayList;
import java.util.List;

/** Frames of one size that are computed. */
abstract class MadeScene implements SceneFrames {
    final List<FrameRecord> records = new ArrayList<>();
    private final int width;
    private final int height;

    MadeScene(int width, int height) {
        this.width = width;
        this.height = height;
    }

    @Override
    public final int size() {
        return records.size();
    }

    @Override
    public final FrameRecord record(int index) {
        return records.get(index);
    }

    @Override
    public final int width(int index) {
        return width;
    }

    @Override
    public final int height(int index) {
        return height;
    }
}
