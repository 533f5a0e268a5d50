package dev.understudy.retrain.measure;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.DataException;
import dev.understudy.model.export.HalfPrecision;
import dev.understudy.model.export.OnnxExport;
import dev.understudy.pipeline.label.ExportedNetwork;
import dev.understudy.pipeline.label.ModelFile;
import dev.understudy.retrain.gate.Verdict.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * That each version is also kept as the ONNX file which robots will run, and that this file is what is measured and
 * judged: its scores, how long it takes in ONNX Runtime, and whether it predicts what the checkpoint predicts.
 *
 * @param precision {@code float32} or {@code float16}, as {@code understudy export network} has it
 * @param sameLabels 0–1, share of labels that must be the checkpoint's
 * @param depthError relative L2 error of depth that is allowed
 */
public record ExportRecipe(
        @Default("float32") String precision,
        @Default("0.995") double sameLabels,
        @Default("0.01") double depthError) {
    /** Name of the file in a version. */
    public static final String FILE = "student.onnx";

    /** Frames of each set that are shown to both. */
    private static final int FRAMES = 16;

    public ExportRecipe {
        new Checks()
                .that(
                        List.of("float32", "float16").contains(precision),
                        "precision",
                        "must be float32 or float16, found " + precision)
                .unit("sameLabels", sameLabels)
                .unit("depthError", depthError)
                .verify();
    }

    /**
     * Writes the file.
     *
     * @param classes class space of the student
     * @throws ConfigurationException if 16 bits cannot hold the network
     */
    public void write(Path weights, String classes, Path out) throws IOException {
        ExportedNetwork network = new ExportedNetwork(ModelFile.read(weights, null), ClassSpace.load(classes));
        OnnxExport export = network.onnx(null, null, false, precision.equals("float16"));
        (export.half() ? HalfPrecision.of(export).applied(export) : export).write(out);
    }

    /**
     * Whether the file predicts what its checkpoint predicts in float32, on the first frames of each set.
     *
     * @param file a version's, which answers in the place of its checkpoint
     */
    public Finding check(StudentNetwork file, Map<String, EvaluationSet> sets) {
        try (StudentNetwork checkpoint = file.exactWeights()) {
            return compare(checkpoint, file, sets);
        }
    }

    private Finding compare(StudentNetwork checkpoint, StudentNetwork file, Map<String, EvaluationSet> sets) {
        Differences differences = new Differences();
        for (EvaluationSet set : sets.values()) {
            Manifest frames = set.frames().filter(EvaluationSet::isAnnotated);
            DiskFrameSource source = new DiskFrameSource(frames);
            ClassSpace space = checkpoint.classesOf(frames);
            try (FramePredictor one = checkpoint.in(space);
                    FramePredictor other = file.in(space)) {
                for (int i = 0; i < Math.min(FRAMES, source.size()); i++) {
                    Frame frame = source.read(i);
                    differences.add(one.predict(frame), other.predict(frame));
                }
            } catch (DataException e) {
                return refused(String.valueOf(e.getMessage()));
            }
        }
        double share = differences.sameLabels();
        double error = differences.depthError();
        // Written so that NaN fails.
        boolean passed = share >= sameLabels && error <= depthError;
        String found = String.format(
                Locale.ROOT, "gives %.3f %% of the checkpoint's labels, depth is off by %.5f", 100 * share, error);
        return new Finding(
                "export",
                "exported file",
                passed,
                passed
                        ? found
                        : found
                                + String.format(
                                        Locale.ROOT,
                                        ", expected %.3f %% and at most %.5f",
                                        100 * sameLabels,
                                        depthError),
                null);
    }

    /** That there is no file to be judged, and why. */
    public static Finding refused(String reason) {
        return new Finding("export", "exported file", false, reason, null);
    }

    /** How far two networks' predictions of some frames are apart. */
    private static final class Differences {
        private long labels;
        private long same;
        private double squares;
        private double norm;

        void add(Prediction expected, Prediction found) {
            if (expected.segmentation() != null && found.segmentation() != null) {
                byte[] one = expected.segmentation().classes();
                byte[] other = found.segmentation().classes();
                labels += one.length;
                for (int pixel = 0; pixel < one.length; pixel++) {
                    same += one[pixel] == other[pixel] ? 1 : 0;
                }
            }
            if (expected.depth() != null && found.depth() != null) {
                float[] one = expected.depth().metres();
                float[] other = found.depth().metres();
                for (int pixel = 0; pixel < one.length; pixel++) {
                    squares += Math.pow((double) one[pixel] - other[pixel], 2);
                    norm += Math.pow(one[pixel], 2);
                }
            }
        }

        /** Share of the labels. */
        double sameLabels() {
            return labels == 0 ? 1 : (double) same / labels;
        }

        /** L2, relative to the expected depth. */
        double depthError() {
            return norm == 0 ? 0 : Math.sqrt(squares / norm);
        }
    }
}
