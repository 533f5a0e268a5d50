package dev.understudy.evaluation;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.evaluation.Evaluation.EvaluationListener;
import dev.understudy.evaluation.EvaluationOptions.DepthRange;
import dev.understudy.evaluation.EvaluationReport.JsonReport;
import dev.understudy.evaluation.EvaluationReport.TextReport;
import dev.understudy.files.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.testng.annotations.Test;

public class EvaluationTest {
    private static final EvaluationOptions OPTIONS =
            EvaluationOptions.of("pair", List.of("wall", "floor lamp"), DepthRange.NYUD);

    /** Four frames of two pixels: all annotations, segmentation alone, depth alone, none. */
    private static class FakeFrames implements FrameSource {
        private final List<Integer> read = new ArrayList<>();
        private final String classes;

        private FakeFrames(String classes) {
            this.classes = classes;
        }

        @Override
        public int size() {
            return 4;
        }

        @Override
        public FrameRecord record(int index) {
            return FrameRecord.of("f" + index, "rgb")
                    .depth(index == 0 || index == 2 ? "depth" : null)
                    .segmentation(index < 2 ? "labels" : null)
                    .normals(index == 0 ? "normals" : null)
                    .classes(classes)
                    .depthScale(1000.0)
                    .build();
        }

        @Override
        public Frame read(int index) {
            read.add(index);
            FrameRecord record = record(index);
            return new Frame(
                    record,
                    new RgbImage(2, 1, new byte[6]),
                    record.depth() == null ? null : new DepthMap(2, 1, new float[] {1, 2}),
                    record.segmentation() == null ? null : new LabelMap(2, 1, new byte[] {0, 0}),
                    record.normals() == null ? null : new NormalMap(2, 1, new float[] {0, 0, -1, 0, 0, 0}));
        }
    }

    private record FakePredictor(Set<Task> tasks) implements FramePredictor {
        @Override
        public Prediction predict(Frame frame) {
            return new Prediction(
                    has(Task.SEGMENTATION) ? new LabelMap(2, 1, new byte[] {0, 1}) : null,
                    has(Task.DEPTH) ? new DepthMap(2, 1, new float[] {1, 1}) : null,
                    has(Task.NORMALS) ? new NormalMap(2, 1, new float[] {0, 0, -1, 0, 0, -1}) : null);
        }

        private boolean has(Task task) {
            return tasks.contains(task);
        }

        @Override
        public void close() {}
    }

    private static EvaluationReport evaluate(Set<Task> tasks, FakeFrames frames) {
        return Evaluation.run(frames, new FakePredictor(tasks), OPTIONS, EvaluationListener.NONE);
    }

    @Test
    public void everyTaskIsScoredOnTheFramesThatAreAnnotatedForIt() {
        FakeFrames frames = new FakeFrames("pair");
        EvaluationReport report = evaluate(Set.of(Task.values()), frames);
        assertEquals(frames.read, List.of(0, 1, 2));
        assertEquals(report.frames(), 3);
        EvaluationReport.Family segmentation = report.family("segmentation").orElseThrow();
        assertEquals(segmentation.frames(), 2);
        assertEquals(segmentation.pixels(), 4);
        assertEquals(report.value(SegmentationMetrics.MIOU), 0.5);
        EvaluationReport.Family depth = report.family("depth").orElseThrow();
        assertEquals(depth.pixels(), 4);
        assertEquals(report.value(DepthMetrics.RMSE), Math.sqrt(0.5), 1e-12);
        assertEquals(report.family("normals").orElseThrow().pixels(), 1);
    }

    @Test
    public void framesThatHaveNothingToScoreAreNotRead() {
        FakeFrames frames = new FakeFrames("pair");
        List<String> heard = new ArrayList<>();
        EvaluationReport report = Evaluation.run(
                frames,
                new FakePredictor(Set.of(Task.DEPTH)),
                OPTIONS,
                (done, total, frame) -> heard.add(done + "/" + total + " " + frame));
        assertEquals(frames.read, List.of(0, 2));
        assertEquals(heard, List.of("1/2 f0", "2/2 f2"));
        assertFalse(report.has(SegmentationMetrics.MIOU));
        assertFalse(report.has(NormalMetrics.MEAN_ANGLE));
    }

    @Test
    public void truthInAnotherClassSpaceIsRefused() {
        DataException e =
                expectThrows(DataException.class, () -> evaluate(Set.of(Task.SEGMENTATION), new FakeFrames("other")));
        assertTrue(Objects.requireNonNull(e.getMessage()).contains("class space other"), e.getMessage());
    }

    @Test
    public void aManifestWithoutTruthIsRefused() {
        FrameSource none = new FakeFrames("pair") {
            @Override
            public int size() {
                return 0;
            }
        };
        DataException e = expectThrows(
                DataException.class,
                () -> Evaluation.run(none, new FakePredictor(Set.of(Task.DEPTH)), OPTIONS, EvaluationListener.NONE));
        assertEquals(
                e.getMessage(),
                "none of the 0 frames is annotated with any of [depth]; choose a manifest or split that has truth");
    }

    @Test
    public void theTextIsAligned() {
        String text = TextReport.of(evaluate(Set.of(Task.values()), new FakeFrames("pair")));
        assertEquals(text, """
                segmentation (2 frames, 4 pixels)
                  mIoU                     50.0 %
                  pixel accuracy           50.0 %
                  mean class accuracy      50.0 %
                  class            IoU  accuracy        pixels
                  wall          50.0 %    50.0 %             4
                  floor lamp     0.0 %         –             0
                depth (2 frames, 4 pixels)
                  RMSE                    0.707 m
                  RMSE log                  0.490
                  abs rel                   0.250
                  sq rel                  0.250 m
                  log10                     0.151
                  SILog                    34.657
                  δ < 1.25                 50.0 %
                  δ < 1.25²                50.0 %
                  δ < 1.25³                50.0 %
                  RMSE, mean of frames    0.707 m
                normals (1 frame, 1 pixels)
                  mean                     0.000°
                  median                   0.005°
                  RMSE                     0.000°
                  below 11.25°            100.0 %
                  below 22.5°             100.0 %
                  below 30°               100.0 %
                """);
    }

    /** An expert that reads the middle of a frame pays for the border, and what it did in the middle is told too. */
    @Test
    public void depthThatWasNotAnsweredIsToldBesideWhatWas() {
        FramePredictor half = new FramePredictor() {
            @Override
            public Set<Task> tasks() {
                return Set.of(Task.DEPTH);
            }

            @Override
            public Prediction predict(Frame frame) {
                return new Prediction(null, new DepthMap(2, 1, new float[] {1.5f, 0}), null);
            }

            @Override
            public void close() {}
        };
        List<FrameSums> kept = new ArrayList<>();
        EvaluationReport report =
                Evaluation.run(new FakeFrames("pair"), half, OPTIONS, EvaluationListener.NONE, kept::add);
        String text = TextReport.of(report);
        assertTrue(text.contains("""
                  answered                 50.0 %
                  RMSE there              0.500 m
                  abs rel there             0.500
                  δ < 1.25 there            0.0 %
                """), text);
        String json = JsonReport.of(report);
        assertTrue(json.contains("\"coverage\" : 0.5,"), json);
        assertTrue(json.contains("\"rmseAnswered\" : 0.5,"), json);
        assertEquals(Objects.requireNonNull(kept.get(0).sums().get("depth")).length, 10, "as many as were kept before");
    }

    @Test
    public void theJsonHasNullWhereThereIsNoScore() {
        String json = JsonReport.of(evaluate(Set.of(Task.SEGMENTATION), new FakeFrames("pair")));
        assertEquals(json, """
                {
                  "frames" : 2,
                  "segmentation" : {
                    "frames" : 2,
                    "pixels" : 4,
                    "meanIou" : 0.5,
                    "pixelAccuracy" : 0.5,
                    "meanClassAccuracy" : 0.5,
                    "coverage" : 1.0,
                    "absentClasses" : "left_out",
                    "classes" : [ {
                      "name" : "wall",
                      "pixels" : 4,
                      "iou" : 0.5,
                      "accuracy" : 0.5
                    }, {
                      "name" : "floor lamp",
                      "pixels" : 0,
                      "iou" : 0.0,
                      "accuracy" : null
                    } ]
                  },
                  "depth" : null,
                  "normals" : null
                }
                """);
    }
}
