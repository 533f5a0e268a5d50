package dev.understudy.pipeline.train;

import dev.understudy.dataset.frame.Task;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingSet;
import java.util.List;

/** Frames of which only the annotations of some tasks are used, as if there were no others. */
record SomeAnnotations(TrainingSet frames, List<Task> tasks) implements TrainingSet {
    @Override
    public int size() {
        return frames.size();
    }

    @Override
    public TrainingFrame get(int index) {
        return frames.get(index).teaching(tasks);
    }
}
