package dev.understudy.retrain.measure;

import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NpyFile;
import dev.understudy.dataset.image.NpyFile.NpyArray;
import dev.understudy.files.DataException;
import dev.understudy.retrain.gate.MeasuredModel.GoldenOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a student said of the first frames of a set when it was evaluated, {@code <set>/<frame>-<task>.npy}, and whether
 * a file, loaded anew, says the same. Labels that differ count as a difference of 1, depth in metres, normals by
 * component.
 */
public final class GoldenOutputs {
    static final int FRAMES = 3;

    private GoldenOutputs() {}

    /** Loads a student anew. */
    @FunctionalInterface
    public interface Loading {
        /** @throws DataException if it cannot be loaded */
        StudentNetwork student() throws IOException;
    }

    static void write(Path folder, int frame, Prediction prediction) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, NpyArray> output : outputs(prediction).entrySet()) {
            NpyFile.write(file(folder, frame, output.getKey()), output.getValue());
        }
    }

    /**
     * @param folder as {@link StudentMeasurement#measure} left it
     * @param load loads the file to check
     */
    public static GoldenOutcome compare(Path folder, Map<String, EvaluationSet> sets, Loading load) {
        try (StudentNetwork student = load.student()) {
            double largest = 0;
            int compared = 0;
            for (Map.Entry<String, EvaluationSet> set : sets.entrySet()) {
                Manifest frames = set.getValue().frames().filter(EvaluationSet::isAnnotated);
                FrameSource source = new DiskFrameSource(frames);
                ClassSpace space = student.classesOf(frames);
                try (FramePredictor predictor = student.in(space)) {
                    for (int i = 0; i < Math.min(FRAMES, source.size()); i++) {
                        Prediction now = predictor.predict(source.read(i));
                        largest = Math.max(largest, difference(folder.resolve(set.getKey()), i, now));
                        compared++;
                    }
                }
            }
            return new GoldenOutcome(true, largest, "outputs on " + compared + " frames");
        } catch (DataException | IOException e) {
            return new GoldenOutcome(false, Double.NaN, String.valueOf(e.getMessage()));
        }
    }

    /** NaN where one of them is, since the larger of NaN and anything is NaN. */
    private static double difference(Path folder, int frame, Prediction now) throws IOException {
        double largest = 0;
        for (Map.Entry<String, NpyArray> output : outputs(now).entrySet()) {
            NpyArray before = NpyFile.read(file(folder, frame, output.getKey()));
            float[] a = before.values();
            float[] b = output.getValue().values();
            if (!Arrays.equals(before.shape(), output.getValue().shape())) {
                return Double.POSITIVE_INFINITY;
            }
            boolean labels = output.getKey().equals("segmentation");
            for (int i = 0; i < a.length; i++) {
                double difference = Math.abs((double) a[i] - b[i]);
                largest = Math.max(largest, labels ? Math.min(1, difference) : difference);
            }
        }
        return largest;
    }

    private static Path file(Path folder, int frame, String task) {
        return folder.resolve(frame + "-" + task + ".npy");
    }

    private static Map<String, NpyArray> outputs(Prediction prediction) {
        Map<String, NpyArray> outputs = new LinkedHashMap<>();
        LabelMap labels = prediction.segmentation();
        if (labels != null) {
            float[] classes = new float[labels.classes().length];
            for (int i = 0; i < classes.length; i++) {
                classes[i] = labels.classAt(i);
            }
            outputs.put("segmentation", new NpyArray(new long[] {labels.height(), labels.width()}, classes));
        }
        if (prediction.depth() != null) {
            outputs.put(
                    "depth",
                    new NpyArray(
                            new long[] {
                                prediction.depth().height(), prediction.depth().width()
                            },
                            prediction.depth().metres()));
        }
        if (prediction.normals() != null) {
            outputs.put(
                    "normals",
                    new NpyArray(
                            new long[] {
                                prediction.normals().height(),
                                prediction.normals().width(),
                                3
                            },
                            prediction.normals().xyz()));
        }
        return outputs;
    }
}
