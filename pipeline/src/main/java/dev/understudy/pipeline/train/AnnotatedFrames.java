package dev.understudy.pipeline.train;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingFrameBuilder;
import dev.understudy.trainer.data.TrainingSet;

/** Frames with the annotation that their data set gives them. */
public record AnnotatedFrames(FrameSource frames, Partners partners) implements TrainingSet {
    /** Each taught alone. */
    public AnnotatedFrames(FrameSource frames) {
        this(frames, Partners.none(frames));
    }

    @Override
    public int size() {
        return frames.size();
    }

    @Override
    public TrainingFrame get(int index) {
        Frame frame = frames.read(index);
        return TrainingFrameBuilder.builder()
                .id(frame.id())
                .rgb(frame.rgb())
                .segmentation(frame.segmentation())
                .depth(frame.depth())
                .normals(frame.normals())
                .build()
                .withView(partners.view(frame));
    }

    @Override
    public int partner(int index) {
        return partners.of(index);
    }
}
