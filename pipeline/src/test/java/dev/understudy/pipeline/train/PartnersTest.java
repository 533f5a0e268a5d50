package dev.understudy.pipeline.train;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertNotNull;
import static org.testng.Assert.assertNull;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.frame.Pose;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.trainer.data.CropSize;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Test;

public class PartnersTest {
    private static final Intrinsics LENS = new Intrinsics(8, 8, 3.5, 2.5);

    private record Records(List<FrameRecord> records) implements FrameSource {
        @Override
        public int size() {
            return records.size();
        }

        @Override
        public FrameRecord record(int index) {
            return records.get(index);
        }

        @Override
        public Frame read(int index) {
            float[] metres = new float[8 * 6];
            for (int i = 0; i < metres.length; i++) {
                metres[i] = 1 + i;
            }
            return new Frame(
                    record(index), new RgbImage(8, 6, new byte[3 * 48]), new DepthMap(8, 6, metres), null, null);
        }
    }

    private static FrameRecord placed(String id, @Nullable String scene) {
        return FrameRecord.of(id, id + ".png")
                .depth(id + ".d.png")
                .scene(scene)
                .pose(Pose.IDENTITY.matrix())
                .intrinsics(LENS)
                .build();
    }

    /** Out of order, as manifests may be. */
    private static Records records() {
        return new Records(List.of(
                placed("kitchen/10", "kitchen"),
                placed("hall/1", "hall"),
                placed("kitchen/9", "kitchen"),
                placed("kitchen/11", "kitchen").withPose(null),
                placed("kitchen/12", "kitchen"),
                placed("lost/1", null),
                placed("kitchen/13", "kitchen").withDepth(null),
                placed("kitchen/14", "kitchen")
                        .withPose(List.of(
                                2.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0))));
    }

    @Test
    public void theNextInTimeOfThoseThatArePlacedIsThePartner() {
        Partners partners = Partners.of(records());
        int[] expected = {4, -1, 0, -1, 0, -1, -1, -1};
        for (int i = 0; i < expected.length; i++) {
            assertEquals(
                    partners.of(i), expected[i], "of " + records().record(i).id());
        }
        assertEquals(partners.paired(), 3);
        assertEquals(Partners.none(records()).paired(), 0);
        assertEquals(Partners.none(records()).of(0), -1);
    }

    @Test
    public void otherPosesAreOtherPairs() {
        TreeMap<Integer, FrameRecord> moved = new TreeMap<>();
        for (int i = 0; i < records().size(); i++) {
            moved.put(i, records().record(i));
        }
        List<Double> pose = new java.util.ArrayList<>(Pose.IDENTITY.matrix());
        pose.set(3, 0.5);
        moved.put(0, moved.get(0).withPose(pose));
        assertNotEquals(
                Partners.of(new Records(List.copyOf(moved.values()))).digest(),
                Partners.of(records()).digest());
    }

    /** Whatever is done to frames on their way, their partners and views stay. */
    @Test
    public void whateverIsWrappedAroundFramesPassesPartnersAndViewsOn() {
        TrainingSet frames = new AnnotatedFrames(records(), Partners.of(records()));
        List<TrainingSet> wrapped = List.of(
                new TrainingSources.NearDepth(frames, 3),
                new TrainingSources.SomeAnnotations(frames, List.of(Task.SEGMENTATION)),
                new ShrunkFrames.Learnt(frames, new CropSize(4, 3)),
                new LabelOrigin(frames, new TreeMap<>()));
        for (TrainingSet set : wrapped) {
            assertEquals(set.partner(2), 0, set.toString());
            assertEquals(set.partner(1), -1, set.toString());
            assertEquals(set.size(), frames.size());
            assertNotNull(set.get(0).view(), set.toString());
            assertNull(set.get(3).view(), "without a pose there is no view");
        }
        assertNull(new AnnotatedFrames(records()).get(0).view(), "where nobody compares, nothing more is kept");
        TrainingFrame.SceneView near = wrapped.get(0).get(0).view();
        assertEquals(near.depth().metres()[40], 41f, "what is too far away to be taught is still where it is");
    }

    @Test
    public void aShrunkFramesCameraSeesTheSameWithFewerPixels() {
        TrainingFrame frame = new AnnotatedFrames(records(), Partners.of(records())).get(0);
        TrainingSet one = new ShrunkFramesTest.Single(frame);
        TrainingFrame.SceneView view =
                new ShrunkFrames.Learnt(one, new CropSize(4, 3)).get(0).view();
        PinholeView camera = view.camera();
        assertEquals(camera.width(), 4);
        assertEquals(view.depth().metres().length, 12);
        double[] before = new double[3];
        double[] after = new double[3];
        // The middle of a new pixel is the corner that four old ones share
        frame.view().camera().toWorld(2.5, 0.5, 2, before);
        camera.toWorld(1, 0, 2, after);
        for (int i = 0; i < 3; i++) {
            assertEquals(after[i], before[i], 1e-9);
        }
    }
}
