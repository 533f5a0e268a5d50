package dev.understudy.cli.export;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.Judgement;
import dev.understudy.pipeline.progress.Progress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.stream.IntStream;

/** Frames in their order with what a policy makes of them, some of them side by side ahead of whoever takes them. */
final class LabelledFrames implements Iterator<LabelledFrame> {
    private static final int AHEAD = 2 * Runtime.getRuntime().availableProcessors();

    private final Path folder;
    private final FrameSource frames;
    private final FilteredStore labels;
    private final Progress progress;
    private final Queue<LabelledFrame> ready = new ArrayDeque<>();
    private int next;

    LabelledFrames(Path folder, FrameSource frames, FilteredStore labels, Progress progress) {
        this.folder = folder;
        this.frames = frames;
        this.labels = labels;
        this.progress = progress;
    }

    @Override
    public boolean hasNext() {
        return !ready.isEmpty() || next < frames.size();
    }

    @Override
    public LabelledFrame next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (ready.isEmpty()) {
            int end = Math.min(frames.size(), next + AHEAD);
            ready.addAll(IntStream.range(next, end)
                    .parallel()
                    .mapToObj(this::labelled)
                    .toList());
            next = end;
        }
        progress.step(1);
        return ready.remove();
    }

    private LabelledFrame labelled(int index) {
        Frame frame = frames.read(index);
        Judgement judgement = labels.judge(frame);
        return new LabelledFrame(index, frame.record(), folder, judgement.kept(), judgement.meanConfidence(), null);
    }
}
