package dev.understudy.labeler.fusion;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Pose;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.labeler.fusion.FusionOptions.Pooling;
import dev.understudy.labeler.fusion.SceneFusion.FusionMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

public class SceneFusionTest {
    private static final long SEED = 7;
    private static final int FRAMES = 40;
    private static final FusionOptions OPTIONS = FusionOptions.DEFAULT.withVoxel(0.1);
    private static final MadeRoom ROOM = new MadeRoom(SEED, FRAMES, MadeRoom.STILL, 0.002);

    private record Fused(List<SegmentationEvidence> evidence, SceneReport report) {}

    private static Fused fuse(SceneFrames frames, FusionOptions options) {
        List<SegmentationEvidence> evidence = new ArrayList<>();
        SceneFusion.Sink sink = (index, made) -> {
            assertEquals(index, evidence.size(), "in order");
            evidence.add(made);
        };
        SceneReport report = new SceneFusion(options, frames, MadeRoom.CLASSES, MadeRoom.TOP_K, sink).run("room");
        assertEquals(evidence.size(), frames.size());
        return new Fused(evidence, report);
    }

    private static double right(MadeRoom room, List<SegmentationEvidence> evidence) {
        long right = 0;
        for (int frame = 0; frame < room.size(); frame++) {
            for (int pixel = 0; pixel < evidence.get(frame).pixels(); pixel++) {
                right += evidence.get(frame).classes()[pixel] == room.truth(frame)[pixel] ? 1 : 0;
            }
        }
        return (double) right / room.size() / MadeRoom.WIDTH / MadeRoom.HEIGHT;
    }

    private static List<SegmentationEvidence> before(MadeRoom room) {
        return IntStream.range(0, room.size())
                .mapToObj(frame -> room.evidence(frame).get(0))
                .toList();
    }

    private static void assertAsItWas(SegmentationEvidence found, SegmentationEvidence was) {
        assertEquals(found.classes(), was.classes());
        assertEquals(found.probability(), was.probability());
        assertEquals(found.entropy(), was.entropy());
        assertEquals(found.agreement(), was.agreement());
    }

    @Test
    public void whatManyViewsSayIsMoreOftenRight() {
        for (Pooling pooling : Pooling.values()) {
            Fused fused = fuse(ROOM, OPTIONS.withPooling(pooling));
            double before = right(ROOM, before(ROOM));
            double after = right(ROOM, fused.evidence());
            assertTrue(after > before + 0.1, pooling + ", seed " + SEED + ": " + before + " became " + after);
            assertEquals(fused.report().fused(), FRAMES);
            assertEquals(fused.report().leftOut(), List.of());
            assertEquals(fused.report().parts(), 1);
            assertEquals(fused.report().pixels(), (long) FRAMES * MadeRoom.WIDTH * MadeRoom.HEIGHT);
        }
    }

    /** Counts what is read of a frame. */
    private static SceneFrames counting(int[] depths, int[] evidence) {
        return new SceneFrames.Wrapper() {
            @Override
            public SceneFrames frames() {
                return ROOM;
            }

            @Override
            public DepthMap depth(int index) {
                depths[index]++;
                return ROOM.depth(index);
            }

            @Override
            public List<SegmentationEvidence> evidence(int index) {
                evidence[index]++;
                return ROOM.evidence(index);
            }
        };
    }

    @Test
    public void whatThereIsRoomForIsReadOnce() {
        int[] depths = new int[FRAMES];
        int[] evidence = new int[FRAMES];
        List<SegmentationEvidence> made =
                fuse(counting(depths, evidence), OPTIONS).evidence();
        assertEquals(Arrays.stream(depths).sum(), FRAMES);
        assertEquals(Arrays.stream(evidence).sum(), FRAMES);
        List<SegmentationEvidence> expected = fuse(ROOM, OPTIONS).evidence();
        for (int frame = 0; frame < FRAMES; frame++) {
            assertEquals(made.get(frame).probability(), expected.get(frame).probability());
        }
    }

    @Test
    public void whatThereIsNoRoomForIsReadAgain() {
        int[] depths = new int[FRAMES];
        KeptFrames kept =
                new KeptFrames(counting(depths, new int[FRAMES]), Float.BYTES * MadeRoom.WIDTH * MadeRoom.HEIGHT);
        for (int frame : new int[] {0, 1, 0, 1}) {
            kept.depth(frame);
        }
        assertEquals(Arrays.copyOf(depths, 2), new int[] {1, 2}, "one has room");
        kept.letGo(0);
        for (int frame : new int[] {1, 1, 0, 0}) {
            kept.depth(frame);
        }
        assertEquals(Arrays.copyOf(depths, 2), new int[] {3, 3}, "what was let go makes room for another");
    }

    @Test
    public void evidenceIsWholeAndInOrder() {
        for (SegmentationEvidence evidence :
                fuse(ROOM.withAnotherExpert(), OPTIONS).evidence()) {
            int pixels = evidence.pixels();
            assertTrue(evidence.isWhole());
            assertEquals(evidence.views().length, pixels);
            for (int pixel = 0; pixel < pixels; pixel++) {
                int sum = 0;
                for (int k = 0; k < evidence.topK(); k++) {
                    int level = evidence.probability()[k * pixels + pixel] & 0xFF;
                    sum += level;
                    assertTrue(k == 0 || level <= (evidence.probability()[(k - 1) * pixels + pixel] & 0xFF));
                    for (int other = 0; other < k; other++) {
                        assertNotEquals(
                                evidence.classes()[k * pixels + pixel], evidence.classes()[other * pixels + pixel]);
                    }
                }
                assertTrue(sum <= 255 + evidence.topK(), "probabilities sum to " + sum);
                assertTrue((evidence.views()[pixel] & 0xFF) >= 1);
            }
        }
    }

    @Test
    public void anotherExpertMakesItBetterStill() {
        MadeRoom two = ROOM.withAnotherExpert();
        double one = right(ROOM, fuse(ROOM, OPTIONS).evidence());
        double both = right(two, fuse(two, OPTIONS).evidence());
        assertTrue(both > one, "seed " + SEED + ": " + one + " by one, " + both + " by two");
    }

    @Test
    public void oneViewKeepsItsBytes() {
        MadeRoom one = new MadeRoom(SEED, 1, MadeRoom.STILL, 0.002);
        Fused fused = fuse(one, OPTIONS);
        assertAsItWas(fused.evidence().get(0), one.evidence(0).get(0));
        assertEquals(fused.report().fusedPixels(), 0);
    }

    @Test
    public void framesThatCannotBePlacedKeepTheirBytesAndAreCounted() {
        MadeRoom room = ROOM.with(3, record -> record.with(r -> r.pose(null)))
                .with(4, record -> record.with(r -> r.intrinsics(null)))
                .with(5, record -> record.with(r -> r.depth(null)))
                .with(6, record -> record.with(r -> r.depth("unreadable")))
                .with(7, record -> record.with(r -> r.pose(mirrored(record.pose()))));
        Fused fused = fuse(room, OPTIONS);
        for (int frame = 3; frame <= 7; frame++) {
            assertAsItWas(fused.evidence().get(frame), room.evidence(frame).get(0));
        }
        assertEquals(fused.report().withoutPose(), 3);
        assertEquals(fused.report().withoutDepth(), 2);
        assertEquals(fused.report().fused(), FRAMES - 5);
    }

    private static List<Double> mirrored(List<Double> pose) {
        List<Double> mirrored = new ArrayList<>(pose);
        for (int row = 0; row < 3; row++) {
            mirrored.set(4 * row, -pose.get(4 * row));
        }
        return mirrored;
    }

    @Test
    public void pixelsWithoutDepthKeepTheirBytes() {
        Fused fused = fuse(ROOM, OPTIONS);
        for (int frame = 0; frame < FRAMES; frame++) {
            SegmentationEvidence was = ROOM.evidence(frame).get(0);
            SegmentationEvidence is = fused.evidence().get(frame);
            for (int pixel = 0; pixel < was.pixels(); pixel++) {
                if (ROOM.depth(frame).metres()[pixel] == 0) {
                    assertEquals(is.classes()[pixel], was.classes()[pixel]);
                    assertEquals(is.probability()[pixel], was.probability()[pixel]);
                    assertEquals(is.entropy()[pixel], was.entropy()[pixel]);
                    assertEquals(is.views()[pixel], 1);
                }
            }
        }
    }

    @Test
    public void aFrameWithAWrongPoseIsLeftOut() {
        // Frame 11 faces a wall along x; along that wall it could be shifted unnoticed
        double[][] shifts = {{0, 0.5, 0}, {0, -0.5, 0}, {0.3, 0.5, 0.3}, {-0.3, -0.5, 0}};
        for (double[] shift : shifts) {
            MadeRoom room = ROOM.displaced(11, shift[0], shift[1], shift[2]);
            Fused fused = fuse(room, OPTIONS);
            String where = shift[0] + ", " + shift[1] + ", " + shift[2];
            assertEquals(fused.report().leftOut(), List.of("room/0011"), where);
            assertAsItWas(fused.evidence().get(11), room.evidence(11).get(0));
        }
    }

    @Test
    public void aPoseThatTurnsTheWrongWayIsLeftOut() {
        Pose other = Pose.of(ROOM.record(25).pose()).orElseThrow();
        Pose own = Pose.of(ROOM.record(11).pose()).orElseThrow();
        MadeRoom room = ROOM.with(
                11,
                record -> record.with(r -> r.pose(new Pose(
                                other.xx(),
                                other.xy(),
                                other.xz(),
                                own.tx(),
                                other.yx(),
                                other.yy(),
                                other.yz(),
                                own.ty(),
                                other.zx(),
                                other.zy(),
                                other.zz(),
                                own.tz())
                        .matrix())));
        assertEquals(fuse(room, OPTIONS).report().leftOut(), List.of("room/0011"));
    }

    @Test
    public void severalWrongPosesDoNotDriveOutTheRightOnes() {
        MadeRoom room = ROOM;
        for (int frame : new int[] {5, 12, 19, 26, 33}) {
            room = room.displaced(frame, 0.5, -0.4, 0);
        }
        List<String> left = fuse(room, OPTIONS).report().leftOut();
        assertEquals(left, List.of("room/0005", "room/0012", "room/0019", "room/0026", "room/0033"));
    }

    @Test
    public void smallErrorsOfPoseCostLittle() {
        MadeRoom room = ROOM;
        java.util.Random random = new java.util.Random(SEED);
        for (int frame = 0; frame < FRAMES; frame++) {
            room = room.displaced(
                    frame, 0.02 * random.nextGaussian(), 0.02 * random.nextGaussian(), 0.02 * random.nextGaussian());
        }
        double exact = right(ROOM, fuse(ROOM, OPTIONS).evidence());
        Fused fused = fuse(room, OPTIONS);
        assertEquals(fused.report().leftOut(), List.of());
        assertTrue(right(room, fused.evidence()) > exact - 0.05);
    }

    @Test
    public void whatMovesIsNotFused() {
        MadeRoom room = new MadeRoom(
                SEED, FRAMES, index -> new double[] {0.4 + 0.08 * index, 2.4, 0, 0.5 + 0.08 * index, 2.5, 1.8}, 0.001);
        Fused fused = fuse(room, OPTIONS);
        long kept = 0;
        long seen = 0;
        for (int frame = 0; frame < FRAMES; frame++) {
            for (int pixel = 0; pixel < MadeRoom.WIDTH * MadeRoom.HEIGHT; pixel++) {
                if (room.truth(frame)[pixel] == MadeRoom.BOX) {
                    seen++;
                    kept += fused.evidence().get(frame).views()[pixel] == 1 ? 1 : 0;
                }
            }
        }
        assertTrue(seen > 200, "seed " + SEED + ": the box is seen by " + seen + " pixels");
        assertTrue(kept > 0.8 * seen, "seed " + SEED + ": " + kept + " of " + seen);
        assertEquals(fused.report().leftOut(), List.of());
    }

    @Test
    public void aSceneThatDoesNotFitIsCutByTime() {
        FusionOptions small = OPTIONS.withMemory(16).withVoxel(0.01);
        Fused fused = fuse(ROOM, small);
        assertTrue(fused.report().parts() >= 1);
        FusionMemory memory = FusionMemory.of(16, MadeRoom.WIDTH * MadeRoom.HEIGHT, MadeRoom.CLASSES, false);
        assertTrue(memory.voxels() > 0 && memory.frames() > 2);
    }

    @Test
    public void theMapLiesOnTheWallsAndFacesInwards() {
        List<MapPoint> points = new ArrayList<>();
        SceneFusion.Sink sink = new SceneFusion.Sink() {
            @Override
            public void put(int index, SegmentationEvidence evidence) {}

            @Override
            public boolean wantsMap() {
                return true;
            }

            @Override
            public void put(MapPoint point) {
                points.add(point);
            }
        };
        SceneReport report = new SceneFusion(OPTIONS, ROOM, MadeRoom.CLASSES, MadeRoom.TOP_K, sink).run("room");
        assertTrue(points.size() > 500 && points.size() <= report.shared(), points.size() + " points");
        int right = 0;
        int inward = 0;
        int faced = 0;
        for (MapPoint point : points) {
            double[] walls = {point.x(), 4 - point.x(), point.y(), 4 - point.y(), point.z(), 2.5 - point.z()};
            double[] facing = {point.nx(), -point.nx(), point.ny(), -point.ny(), point.nz(), -point.nz()};
            int nearest = 0;
            for (int wall = 1; wall < walls.length; wall++) {
                nearest = walls[wall] < walls[nearest] ? wall : nearest;
            }
            if (walls[nearest] < 0.05) {
                right += point.label() == nearest ? 1 : 0;
                boolean known = point.nx() != 0 || point.ny() != 0 || point.nz() != 0;
                faced += known ? 1 : 0;
                inward += known && facing[nearest] > 0.8 ? 1 : 0;
            }
            assertTrue(point.views() > 1);
            assertEquals(point.picture(), 0x102030);
        }
        assertTrue(right > 0.8 * points.size(), right + " of " + points.size() + " have the wall's class");
        assertTrue(inward > 0.8 * faced && faced > 0.5 * points.size(), inward + " of " + faced + " face inwards");
    }

    @Test
    public void memoryThatHoldsNoFrameIsRefused() {
        ConfigurationException refused =
                expectThrows(ConfigurationException.class, () -> FusionMemory.of(16, 1 << 20, 40, false));
        assertTrue(refused.getMessage().contains("16 MB"), refused.getMessage());
    }
}
