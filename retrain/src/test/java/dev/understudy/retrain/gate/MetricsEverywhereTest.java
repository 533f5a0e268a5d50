package dev.understudy.retrain.gate;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.evaluation.Evaluation;
import dev.understudy.evaluation.Evaluation.EvaluationListener;
import dev.understudy.evaluation.EvaluationOptions;
import dev.understudy.evaluation.EvaluationOptions.DepthRange;
import dev.understudy.evaluation.EvaluationReport;
import dev.understudy.evaluation.EvaluationReport.JsonReport;
import dev.understudy.evaluation.EvaluationReport.TextReport;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.MetricFamily;
import dev.understudy.pipeline.ablate.AblationResults.StudentScores;
import dev.understudy.pipeline.train.TrainRun.FrameValidator;
import dev.understudy.retrain.gate.MeasuredModel.GoldenOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Test;

/**
 * A metric is one class and one entry in the list of families. This one's entry is in {@code META-INF/services}, where
 * {@link dev.understudy.evaluation.Metrics} also looks; nothing else knows of it, and it is everywhere.
 */
public class MetricsEverywhereTest {
    private static final EvaluationOptions OPTIONS =
            EvaluationOptions.of("pair", List.of("wall", "door"), DepthRange.NYUD);

    /** Share of the pixels in the left half of the picture that are right; of this test's frames alone. */
    public static final class LeftHalf implements MetricFamily {
        private static final String KEY = "left-half";
        private static final Metric ACCURACY = new Metric(
                KEY,
                new Metric.Names("left-accuracy", "right on the left", "leftAccuracy"),
                Metric.Unit.SHARE,
                Metric.Direction.HIGHER,
                Set.of(Metric.Use.COMPARISON, Metric.Use.VALIDATION),
                (sums, scope) -> sums[0] / sums[1]);

        @Override
        public String key() {
            return KEY;
        }

        @Override
        public Task task() {
            return Task.SEGMENTATION;
        }

        @Override
        public List<Metric> metrics() {
            return List.of(ACCURACY);
        }

        @Override
        public boolean isAnnotated(FrameRecord frame) {
            return frame.segmentation() != null && frame.id().startsWith("halves/");
        }

        @Override
        public boolean isAskedFor(EvaluationOptions options) {
            return !options.classNames().isEmpty();
        }

        @Override
        public double @Nullable [] count(Frame frame, Prediction prediction, EvaluationOptions options) {
            LabelMap truth = Objects.requireNonNull(frame.segmentation());
            LabelMap said = Objects.requireNonNull(prediction.segmentation());
            double[] sums = new double[2];
            for (int i = 0; i < truth.classes().length; i++) {
                if (i % truth.width() < truth.width() / 2) {
                    sums[0] += truth.classAt(i) == said.classAt(i) ? 1 : 0;
                    sums[1]++;
                }
            }
            return sums;
        }

        @Override
        public double pixels(double[] sums) {
            return sums[1];
        }
    }

    /** Twelve pictures of four pixels, all wall, each of a scene of its own. */
    private static final class Walls implements FrameSource {
        @Override
        public int size() {
            return 12;
        }

        @Override
        public FrameRecord record(int index) {
            String id = String.format(Locale.ROOT, "halves/%02d", index);
            return FrameRecord.of(id, "rgb.png")
                    .segmentation("labels.png")
                    .classes("pair")
                    .scene("scene" + index)
                    .build();
        }

        @Override
        public Frame read(int index) {
            return new Frame(
                    record(index), new RgbImage(4, 1, new byte[12]), null, new LabelMap(4, 1, new byte[4]), null);
        }
    }

    /** Says wall, and door where it is told to. */
    private record Says(int... doors) implements FramePredictor {
        @Override
        public Set<Task> tasks() {
            return Set.of(Task.SEGMENTATION);
        }

        @Override
        public Prediction predict(Frame frame) {
            byte[] classes = new byte[4];
            for (int door : doors) {
                classes[door] = 1;
            }
            return new Prediction(new LabelMap(4, 1, classes), null, null);
        }

        @Override
        public void close() {}
    }

    private static MeasuredModel measured(String name, Says predictor) {
        List<FrameSums> frames = new ArrayList<>();
        Evaluation.run(new Walls(), predictor, OPTIONS, EvaluationListener.NONE, frames::add);
        MeasuredSet set = new MeasuredSet("halves", "d", OPTIONS.classNames(), frames);
        return new MeasuredModel(name, List.of(set), null, 1, new GoldenOutcome(true, 0, ""));
    }

    @Test
    public void aMetricOfOneClassIsInReportsValidationAblationAndGate() {
        EvaluationReport report = Evaluation.run(new Walls(), new Says(0, 2, 3), OPTIONS, EvaluationListener.NONE);
        assertTrue(
                TextReport.of(report).contains("left-half (12 frames, 24 pixels)\n  right on the left        50.0 %\n"),
                TextReport.of(report));
        assertTrue(JsonReport.of(report).contains("\"leftAccuracy\" : 0.5"), JsonReport.of(report));
        assertTrue(FrameValidator.scores(report).stream()
                .anyMatch(score -> score.name().equals("segmentation.left-accuracy") && score.value() == 0.5));
        assertEquals(StudentScores.of(report, 1).metrics().get("left-accuracy"), 0.5);
        GateConfiguration gate = ConfigurationLoader.parse(
                "gate.yaml", "required: [{set: halves, metric: left-accuracy}]", GateConfiguration.class, List.of());
        Verdict better = new Gate(gate).judge(measured("v1", new Says(0, 2)), measured("v2", new Says(2, 3)));
        assertTrue(better.promoted(), better.reason());
        assertTrue(better.reason().contains("halves left-accuracy: 0.5 → 1, gain 0.5"), better.reason());
        Verdict elsewhere = new Gate(gate).judge(measured("v1", new Says(0, 2, 3)), measured("v2", new Says(0)));
        assertTrue(!elsewhere.promoted(), "better on the right alone: " + elsewhere.reason());
    }

    /** Labels that change less from view to view are promoted by the gate that asks for it, and worse ones are not. */
    @Test
    public void steadinessIsAMetricOfTheGate() {
        GateConfiguration gate = ConfigurationLoader.parse(
                "gate.yaml", "required: [{set: rooms, metric: label-flicker}]", GateConfiguration.class, List.of());
        Verdict steadier = new Gate(gate).judge(flickering("v1", 0.3), flickering("v2", 0.2));
        assertTrue(steadier.promoted(), steadier.reason());
        Verdict worse = new Gate(gate).judge(flickering("v1", 0.2), flickering("v2", 0.3));
        assertTrue(!worse.promoted(), worse.reason());
    }

    private static MeasuredModel flickering(String name, double share) {
        List<FrameSums> frames = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            double[] sums = {1000, 1000 * share + i % 5, 0, 0, 0, 0};
            frames.add(new FrameSums(
                    "room" + i / 2 + "/" + i, "room" + i / 2, new TreeMap<>(Map.of("label-steadiness", sums))));
        }
        MeasuredSet set = new MeasuredSet("rooms", "d", OPTIONS.classNames(), frames);
        return new MeasuredModel(name, List.of(set), null, 1, new GoldenOutcome(true, 0, ""));
    }
}
