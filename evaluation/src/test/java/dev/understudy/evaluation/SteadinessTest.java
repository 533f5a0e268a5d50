package dev.understudy.evaluation;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNull;
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
import dev.understudy.evaluation.Evaluation.EvaluationListener;
import dev.understudy.evaluation.EvaluationOptions.DepthRange;
import dev.understudy.evaluation.EvaluationReport.JsonReport;
import dev.understudy.evaluation.EvaluationReport.TextReport;
import dev.understudy.files.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.testng.annotations.Test;

/** Of rooms whose depth and labels are known exactly. */
public class SteadinessTest {
    private static final EvaluationOptions OPTIONS = EvaluationOptions.of(
                    "five", List.of("a", "b", "c", "d", "e"), DepthRange.NYUD)
            .withSequences(true);
    private static final int VIEWS = 20;

    /** Says of a frame, whose truth it sees, what it is told to. */
    private record Says(Function<Frame, LabelMap> labels, Function<Frame, DepthMap> depth) implements FramePredictor {
        @Override
        public Set<Task> tasks() {
            return Set.of(Task.SEGMENTATION, Task.DEPTH);
        }

        @Override
        public Prediction predict(Frame frame) {
            return new Prediction(labels.apply(frame), depth.apply(frame), null);
        }

        @Override
        public void close() {}
    }

    /** What there is, and without its labels where a source is not annotated. */
    private static EvaluationReport score(FrameSource frames, FramePredictor predictor) {
        return Evaluation.run(hidden(frames), predictor, OPTIONS, EvaluationListener.NONE);
    }

    /** The same frames; those that are not annotated have no labels. */
    private static FrameSource hidden(FrameSource frames) {
        return new FrameSource() {
            @Override
            public int size() {
                return frames.size();
            }

            @Override
            public FrameRecord record(int index) {
                return frames.record(index);
            }

            @Override
            public Frame read(int index) {
                Frame frame = frames.read(index);
                return frame.record().segmentation() == null ? frame.withoutTruth() : frame;
            }
        };
    }

    @Test
    public void truthIsSteady() {
        EvaluationReport report = score(new BoxRoom(2, VIEWS, true), new Says(Frame::segmentation, Frame::depth));
        assertEquals(report.value(LabelSteadiness.FLICKER), 0.0);
        assertEquals(report.value(LabelSteadiness.VC8), 1.0);
        assertEquals(report.value(LabelSteadiness.VC16), 1.0);
        // Room corners alone, where 1/depth is not linear
        assertTrue(report.value(DepthSteadiness.TAE) < 0.003, "TAE " + report.value(DepthSteadiness.TAE));
        assertEquals(report.family("label-steadiness").orElseThrow().frames(), 2 * (VIEWS - 1));
        long seen = report.family("label-steadiness").orElseThrow().pixels();
        assertTrue(seen > 2 * (VIEWS - 1) * 48 * 36 * 0.6, "most pixels are seen twice, found " + seen);
    }

    /** Two labels of five drawn by their frequencies are the same by chance; eight in a row are right never. */
    @Test
    public void shuffledLabelsAreAsSteadyAsChance() {
        BoxRoom rooms = new BoxRoom(2, VIEWS, true);
        double[] count = new double[BoxRoom.CLASSES];
        for (int index = 0; index < rooms.size(); index++) {
            for (byte label : rooms.read(index).segmentation().classes()) {
                count[label]++;
            }
        }
        double all = Arrays.stream(count).sum();
        double same = Arrays.stream(count).map(n -> n / all * n / all).sum();
        EvaluationReport report = score(
                rooms,
                new Says(
                        frame -> BoxRoom.shuffled(
                                frame.segmentation(), frame.id().hashCode()),
                        Frame::depth));
        assertEquals(report.value(LabelSteadiness.FLICKER), 1 - same, 0.02);
        assertTrue(report.value(LabelSteadiness.VC8) < 0.001);
        assertTrue(report.value(LabelSteadiness.VC16) <= report.value(LabelSteadiness.VC8));
    }

    @Test
    public void aLabelThatStaysIsSteadyAndWrong() {
        EvaluationReport report = score(
                new BoxRoom(1, VIEWS, true),
                new Says(frame -> new LabelMap(48, 36, new byte[48 * 36]), frame -> scaled(frame.depth(), 1.1f)));
        assertEquals(report.value(LabelSteadiness.FLICKER), 0.0);
        double share = report.value(LabelSteadiness.VC8);
        assertTrue(share > 0.05 && share < 0.5, "where the truth is that label: " + share);
    }

    /** Whoever is wrong in one frame of eight is right in all of none. */
    @Test
    public void oneWrongFrameOfEightSpoilsTheClip() {
        EvaluationReport report = score(
                new BoxRoom(1, 8, true),
                new Says(
                        frame -> frame.id().endsWith("/4")
                                ? new LabelMap(
                                        48, 36, other(frame.segmentation().classes()))
                                : frame.segmentation(),
                        Frame::depth));
        assertEquals(report.value(LabelSteadiness.VC8), 0.0);
        assertEquals(report.value(LabelSteadiness.FLICKER), 2.0 / 7, 0.02);
        assertTrue(Double.isNaN(report.value(LabelSteadiness.VC16)), "there are no sixteen frames");
    }

    @Test
    public void depthWhoseScaleTremblesIsToldBothWays() {
        double up = 1.2;
        EvaluationReport report = score(
                new BoxRoom(1, VIEWS, true),
                new Says(
                        Frame::segmentation,
                        frame -> number(frame) % 2 == 0 ? frame.depth() : scaled(frame.depth(), (float) up)));
        // Some of the moved depth is off by the camera's own step, which does not scale
        assertEquals(report.value(DepthSteadiness.TAE), (up - 1 + 1 - 1 / up) / 2, 0.02);
    }

    @Test
    public void depthThatIsNoneIsHeldAgainstIt() {
        EvaluationReport report = score(
                new BoxRoom(1, VIEWS, true),
                new Says(
                        Frame::segmentation,
                        frame -> number(frame) % 2 == 0 ? frame.depth() : scaled(frame.depth(), Float.NaN)));
        assertTrue(report.value(DepthSteadiness.TAE) > 1);
    }

    @Test
    public void withoutTruthFlickerIsKnownAndConsistencyIsNot() {
        EvaluationReport report = score(new BoxRoom(2, VIEWS, false), new Says(f -> lines(f), Frame::depth));
        assertTrue(report.value(LabelSteadiness.FLICKER) > 0.1);
        assertTrue(Double.isNaN(report.value(LabelSteadiness.VC8)));
        assertEquals(report.scenes().size(), 2);
        assertEquals(report.scenes().get(0).scene(), "room0");
        String text = TextReport.of(report);
        assertTrue(
                text.contains("  scene  label flicker            VC8           VC16            TAE\n  room0  "), text);
        assertTrue(JsonReport.of(report).contains("\"scene\" : \"room1\""), JsonReport.of(report));
    }

    /** Frames of a scene are met in the order of time, and those of two scenes never compared. */
    @Test
    public void theOrderOfTheManifestDoesNotMatter() {
        BoxRoom rooms = new BoxRoom(3, VIEWS, true);
        List<String> order = new ArrayList<>();
        Evaluation.run(
                rooms, new Says(Frame::segmentation, Frame::depth), OPTIONS, (done, total, frame) -> order.add(frame));
        for (int i = 0; i < order.size(); i++) {
            assertEquals(order.get(i).replaceFirst(".*/", ""), String.valueOf(i % VIEWS));
        }
    }

    @Test
    public void nothingChangesUnlessSequencesAreAskedFor() {
        EvaluationReport report = Evaluation.run(
                new BoxRoom(2, VIEWS, true),
                new Says(Frame::segmentation, Frame::depth),
                OPTIONS.withSequences(false),
                EvaluationListener.NONE);
        assertFalse(report.has(LabelSteadiness.FLICKER));
        assertFalse(JsonReport.of(report).contains("steadiness"));
        assertEquals(report.scenes(), List.of());
    }

    @Test
    public void framesThatAreNowhereAreRefusedWithWhatTheyLack() {
        BoxRoom rooms = new BoxRoom(1, 3, true);
        FrameSource nowhere = new FrameSource() {
            @Override
            public int size() {
                return 3;
            }

            @Override
            public FrameRecord record(int index) {
                return rooms.record(index).withPose(null);
            }

            @Override
            public Frame read(int index) {
                return rooms.read(index);
            }
        };
        DataException e =
                expectThrows(DataException.class, () -> score(nowhere, new Says(Frame::segmentation, Frame::depth)));
        assertTrue(e.getMessage().contains("scene, depth, pose and intrinsics"), e.getMessage());
    }

    @Test
    public void aFrameAloneHasNoSums() {
        Frame frame = new BoxRoom(1, 1, true).read(0);
        FrameSums sums = new FrameScorer(Set.of(Task.SEGMENTATION), OPTIONS)
                .score(frame, new Prediction(frame.segmentation(), null, null));
        assertNull(sums.of(LabelSteadiness.FLICKER));
    }

    private static int number(Frame frame) {
        return Integer.parseInt(frame.id().replaceFirst(".*/", ""));
    }

    /** Every second column of the picture, wherever the camera looks. */
    private static LabelMap lines(Frame frame) {
        byte[] classes = new byte[frame.width() * frame.height()];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = (byte) (i % frame.width() / 2 % 2);
        }
        return new LabelMap(frame.width(), frame.height(), classes);
    }

    private static byte[] other(byte[] classes) {
        byte[] others = classes.clone();
        for (int i = 0; i < others.length; i++) {
            others[i] = (byte) ((others[i] + 1) % BoxRoom.CLASSES);
        }
        return others;
    }

    private static DepthMap scaled(DepthMap depth, float by) {
        float[] metres = depth.metres().clone();
        for (int i = 0; i < metres.length; i++) {
            metres[i] *= by;
        }
        return new DepthMap(depth.width(), depth.height(), metres);
    }
}
