package dev.understudy.cli.retrain.measure;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.evaluation.DepthMetrics;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.NormalMetrics;
import dev.understudy.evaluation.SegmentationMetrics;
import dev.understudy.files.Scratch;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Precision;
import dev.understudy.pipeline.label.ModelFile;
import dev.understudy.retrain.gate.MeasuredModel;
import dev.understudy.retrain.gate.MeasuredModel.GoldenOutcome;
import dev.understudy.retrain.gate.MeasuredSet;
import dev.understudy.retrain.gate.Verdict.Finding;
import dev.understudy.retrain.measure.EvaluationSet;
import dev.understudy.retrain.measure.ExportRecipe;
import dev.understudy.retrain.measure.GoldenOutputs;
import dev.understudy.retrain.measure.StudentMeasurement;
import dev.understudy.retrain.measure.StudentNetwork;
import dev.understudy.scenes.DatasetRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import dev.understudy.scenes.RenderPlanBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * A student that has learnt nothing, on rendered frames: measured as evaluate does, and its file held to what it said.
 */
public class StudentMeasurementIT {
    private Scratch scratch;
    private Map<String, EvaluationSet> sets;
    private Path weights;
    private MeasuredModel measured;

    @BeforeClass
    public void measure() throws Exception {
        scratch = Scratch.create();
        RenderOptions options = RenderOptions.of(SceneKind.ROOMS, 64, 48, 8);
        new DatasetRenderer(
                        RenderPlanBuilder.builder()
                                .options(options)
                                .labelled(0)
                                .depthOnly(0)
                                .validation(0)
                                .test(5)
                                .normals(true)
                                .threads(0)
                                .build(),
                        scratch.resolve("frames"))
                .render((done, of) -> {});
        sets = Map.of("test", EvaluationSet.of(scratch.resolve("frames/manifest.jsonl"), "test", 10));
        weights = scratch.resolve("student.pth");
        Students.write(weights, 40, 1, Task.SEGMENTATION, Task.DEPTH, Task.NORMALS);
        try (StudentNetwork student = new StudentNetwork(weights, "nyud40", "cpu", 2)) {
            measured = measured(student, "golden");
        }
    }

    @AfterClass(alwaysRun = true)
    public void end() throws Exception {
        scratch.close();
    }

    @Test
    public void anExportedFileIsMeasuredLikeItsCheckpointAndSaysItsLabels() throws Exception {
        ExportRecipe recipe = new ExportRecipe("float32", 0.995, 0.01);
        Path file = scratch.resolve("student.onnx");
        recipe.write(weights, "nyud40", file);
        try (StudentNetwork exported = new StudentNetwork(weights, file, "nyud40", "cpu", 2)) {
            Finding finding = recipe.check(exported, sets);
            assertTrue(finding.passed(), finding.reason());
            assertTrue(finding.reason().contains("% of the checkpoint's labels"), finding.reason());
            MeasuredModel found = measured(exported, "golden of the file");
            MeasuredModel inFloat32 = exact();
            for (Metric metric : List.of(SegmentationMetrics.PIXEL_ACCURACY, DepthMetrics.RMSE)) {
                double expected = inFloat32.set("test").orElseThrow().value(metric);
                assertEquals(found.set("test").orElseThrow().value(metric), expected, 2e-3, metric.key());
            }
            assertTrue(found.latencyMillis() > 0);
        }
    }

    private MeasuredModel exact() throws Exception {
        ModelFile model = ModelFile.read(weights, null).in(Precision.FLOAT32);
        try (StudentNetwork student = new StudentNetwork(model, null, "nyud40", "cpu", 2)) {
            return measured(student, "golden in float32");
        }
    }

    private MeasuredModel measured(StudentNetwork student, String golden) throws Exception {
        return new StudentMeasurement(student)
                .measure("student", weights, sets, scratch.resolve(golden), new Silence());
    }

    /** A file says float32; what the checkpoint says in eight bits of mantissa is no measure of it. */
    @Test
    public void anExportedFileIsComparedWithItsCheckpointInFloat32() throws Exception {
        try {
            Precision.BFLOAT16.check(NativeEngine.cpu());
        } catch (ConfigurationException e) {
            throw new SkipException(e.getMessage());
        }
        ExportRecipe recipe = new ExportRecipe("float32", 0.999, 1e-4);
        Path file = scratch.resolve("exact.onnx");
        recipe.write(weights, "nyud40", file);
        ModelFile rounded = ModelFile.read(weights, null).in(Precision.BFLOAT16);
        try (StudentNetwork exported = new StudentNetwork(rounded, file, "nyud40", "cpu", 2)) {
            Finding finding = recipe.check(exported, sets);
            assertTrue(finding.passed(), finding.reason());
        }
    }

    @Test
    public void aFileWithOtherLabelsThanItsCheckpointsIsFound() throws Exception {
        ExportRecipe recipe = new ExportRecipe("float32", 0.995, 1);
        Path other = scratch.resolve("other.pth");
        Students.write(other, 40, 2, Task.SEGMENTATION, Task.DEPTH, Task.NORMALS);
        Path file = scratch.resolve("other.onnx");
        recipe.write(other, "nyud40", file);
        try (StudentNetwork exported = new StudentNetwork(weights, file, "nyud40", "cpu", 2)) {
            Finding finding = recipe.check(exported, sets);
            assertFalse(finding.passed(), finding.reason());
            assertTrue(finding.reason().contains("expected 99.500 %"), finding.reason());
        }
    }

    @Test
    public void sumsGiveTheScoresOfEvaluate() throws Exception {
        CommandLineRun run = CommandLineRun.of(
                "evaluate", "--checkpoint", weights, "--manifest", scratch.resolve("frames"), "--json");
        JsonNode report = new ObjectMapper().readTree(run.out());
        MeasuredSet set = measured.set("test").orElseThrow();
        assertEquals(set.frames().size(), 5);
        assertEquals(
                set.value(SegmentationMetrics.MIOU),
                report.at("/segmentation/meanIou").asDouble(),
                1e-9);
        assertEquals(
                set.value(SegmentationMetrics.PIXEL_ACCURACY),
                report.at("/segmentation/pixelAccuracy").asDouble(),
                1e-9);
        assertEquals(set.value(DepthMetrics.RMSE), report.at("/depth/rmse").asDouble(), 1e-9);
        assertEquals(
                set.value(DepthMetrics.RMSE_LOG), report.at("/depth/rmseLog").asDouble(), 1e-9);
        assertEquals(set.value(DepthMetrics.DELTA1), report.at("/depth/delta1").asDouble(), 1e-9);
        assertEquals(
                set.value(NormalMetrics.MEAN_ANGLE), report.at("/normals/mean").asDouble(), 1e-9);
        assertEquals(
                set.value(NormalMetrics.WITHIN_11),
                report.at("/normals/within11").asDouble(),
                1e-9);
    }

    @Test
    public void theSameFileSaysTheSameAndAnotherDoesNot() throws Exception {
        GoldenOutcome same = golden(weights);
        assertTrue(same.loaded());
        assertEquals(same.largestDifference(), 0.0);
        Path other = scratch.resolve("other.pth");
        Students.write(other, 40, 2, Task.SEGMENTATION, Task.DEPTH, Task.NORMALS);
        assertTrue(golden(other).largestDifference() > 1e-3, golden(other).toString());
        Path torn = scratch.resolve("torn.pth");
        Files.write(torn, java.util.Arrays.copyOf(Files.readAllBytes(weights), 100_000));
        assertFalse(golden(torn).loaded(), golden(torn).toString());
    }

    @Test
    public void theDigestSeesEveryByteAndNotThePlace() throws Exception {
        String before = sets.get("test").digest();
        Path copy = scratch.resolve("moved");
        Files.move(scratch.resolve("frames"), copy);
        EvaluationSet moved = EvaluationSet.of(copy, "test", 10);
        assertEquals(moved.digest(), before);
        assertNotEquals(EvaluationSet.of(copy, "test", 9).digest(), before);
        Path labels = copy.resolve(Manifest.read(copy).frames().get(0).segmentation());
        byte[] whole = Files.readAllBytes(labels);
        byte[] altered = whole.clone();
        altered[altered.length - 1] ^= 1;
        Files.write(labels, altered);
        assertNotEquals(moved.digest(), before);
        Files.write(labels, whole);
        Files.move(copy, scratch.resolve("frames"));
        assertEquals(sets.get("test").digest(), before);
    }

    private GoldenOutcome golden(Path file) {
        return GoldenOutputs.compare(
                scratch.resolve("golden"), sets, () -> new StudentNetwork(file, "nyud40", "cpu", 2));
    }

    /** Progress that nobody watches. */
    private static final class Silence implements dev.understudy.pipeline.RunObserver.Progress {
        @Override
        public void step(long steps) {}

        @Override
        public void note(String note) {}

        @Override
        public void close() {}
    }
}
