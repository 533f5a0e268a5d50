package dev.understudy.retrain.measure;

import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.files.DataException;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.model.inference.NetworkPredictor;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.onnx.OnnxInference;
import dev.understudy.pipeline.label.ModelFile;
import dev.understudy.pipeline.label.ModelFile.OutputSlice;
import dev.understudy.retrain.registry.Registry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A student's file, loaded once, for frames of any class space that it knows. */
public final class StudentNetwork implements AutoCloseable {
    private final ModelFile model;
    private final ClassSpace outputs;
    private final InferenceNetwork network;
    private final String device;
    private final int threads;

    /**
     * @param classes class space of the student's outputs
     * @throws DataException if the file cannot be loaded
     */
    public StudentNetwork(Path weights, String classes, String device, int threads) {
        this(weights, null, classes, device, threads);
    }

    /**
     * @param onnx file that was exported of the weights, which answers in their place; null = the weights themselves
     * @param classes class space of the student's outputs
     * @throws DataException if one of the files cannot be loaded
     */
    public StudentNetwork(Path weights, @Nullable Path onnx, String classes, String device, int threads) {
        this(ModelFile.read(weights, null), onnx, classes, device, threads);
    }

    /**
     * As the other constructors, of a file that was read before and is calculated in the precision that it names.
     *
     * @param onnx null = the weights themselves
     */
    public StudentNetwork(ModelFile model, @Nullable Path onnx, String classes, String device, int threads) {
        this(model, onnx, ClassSpace.load(classes), device, threads);
    }

    private StudentNetwork(ModelFile model, @Nullable Path onnx, ClassSpace outputs, String device, int threads) {
        this.model = model;
        this.device = device;
        this.outputs = outputs;
        this.threads = threads;
        this.network = onnx == null
                ? model.build(device, threads)
                : OnnxInference.open(onnx, model.architecture().key(), device, threads);
    }

    /** A version as it will be used: its exported file where it has one, its weights where not. */
    public static StudentNetwork ofVersion(
            Registry registry, String version, String classes, String device, int threads) throws IOException {
        return new StudentNetwork(
                registry.weights(version), exported(registry, version).orElse(null), classes, device, threads);
    }

    /** The exported file of a version, its checksum compared just now; empty if it has none. */
    public static Optional<Path> exported(Registry registry, String version) throws IOException {
        return registry.version(version).file(ExportRecipe.FILE).isEmpty()
                ? Optional.empty()
                : Optional.of(registry.file(version, ExportRecipe.FILE));
    }

    /**
     * Its weights in float32, whatever {@code auto} is here: what an exported file is compared with. The caller closes
     * it.
     */
    StudentNetwork exactWeights() {
        return new StudentNetwork(model.in(Precision.FLOAT32), null, outputs, device, threads);
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
