package dev.understudy.retrain.measure;

import dev.understudy.dataset.classes.ClassSlice;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.DataException;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.model.inference.NetworkPredictor;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.pipeline.predict.ModelFile;
import dev.understudy.pipeline.predict.OutputSlice;
import java.nio.file.Path;
import java.util.Set;

/** A student's file, loaded once, for frames of any class space that it knows. */
public final class StudentNetwork implements AutoCloseable {
    private final ModelFile model;
    private final ClassSpace outputs;
    private final InferenceNetwork network;
    private final int threads;

    /**
     * @param classes class space of the student's outputs
     * @throws DataException if the file cannot be loaded
     */
    public StudentNetwork(Path weights, String classes, String device, int threads) {
        this.model = ModelFile.read(weights, null);
        this.outputs = ClassSpace.load(classes);
        this.threads = threads;
        this.network = model.build(device, threads);
    }

    /** The class space that {@code frames} are annotated in, or else that of the student. */
    public ClassSpace classesOf(Manifest frames) {
        Set<String> spaces = frames.classSpaces();
        if (spaces.size() > 1) {
            throw new DataException(frames.folder() + ": the frames are annotated in several class spaces, " + spaces
                    + "; give each a set of its own");
        }
        return spaces.isEmpty() ? outputs : frames.classSpace(spaces.iterator().next());
    }

    /** Predicts in {@code space}; closing it leaves the network open. */
    public FramePredictor in(ClassSpace space) {
        ClassSlice slice = model.heads().tasks().contains(Task.SEGMENTATION)
                ? OutputSlice.of(model, outputs, space)
                : ClassSlice.ALL;
        return new NetworkPredictor(network.lent(), Preprocessing.STUDENT, slice, threads);
    }

    @Override
    public void close() {
        network.close();
    }
}
