package dev.understudy.dataset.frame;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.testng.annotations.Test;

public class PinholeViewTest {
    private static final Intrinsics CAMERA = new Intrinsics(500, 510, 319.5, 239.5);

    @Test
    public void aPixelInTheMiddleLiesOnTheOpticalAxis() {
        PinholeView view = new PinholeView(Pose.IDENTITY, CAMERA, 640, 480);
        double[] world = new double[3];
        view.toWorld(319.5, 239.5, 2, world);
        assertEquals(world, new double[] {0, 0, 2}, 1e-12);
        view.toWorld(819.5, 239.5, 2, world);
        assertEquals(world, new double[] {2, 0, 2}, 1e-12);
    }

    @Test
    public void whatGoesIntoTheWorldComesBackToItsPixel() {
        long seed = 41;
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            PinholeView view = new PinholeView(anyPose(random), CAMERA, 640, 480);
            double column = 640 * random.nextDouble();
            double row = 480 * random.nextDouble();
            double depth = 0.1 + 9 * random.nextDouble();
            double[] point = new double[3];
            view.toWorld(column, row, depth, point);
            view.toPixel(point[0], point[1], point[2], point);
            assertEquals(point, new double[] {column, row, depth}, 1e-8, "seed " + seed + ", draw " + i);
        }
    }

    @Test
    public void aQuaternionComesBackFromItsRotation() {
        long seed = 42;
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            Pose pose = anyPose(random);
            double[] q = pose.quaternion();
            Pose again = Pose.of(pose.tx(), pose.ty(), pose.tz(), q[0], q[1], q[2], q[3])
                    .orElseThrow();
            for (int k = 0; k < 16; k++) {
                assertEquals(again.matrix().get(k), pose.matrix().get(k), 1e-12, "seed " + seed + ", draw " + i);
            }
        }
    }

    @Test
    public void halfTurnsHaveQuaternionsToo() {
        for (double[] q : new double[][] {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}}) {
            Pose pose = Pose.of(0, 0, 0, q[0], q[1], q[2], q[3]).orElseThrow();
            assertEquals(pose.quaternion(), q, 1e-12);
        }
    }

    @Test
    public void onlyRigidMotionsArePoses() {
        List<Double> identity = Pose.IDENTITY.matrix();
        assertTrue(Pose.of(identity).isPresent());
        for (Object[] change : new Object[][] {
            {0, -1.0}, {0, 2.0}, {1, 0.5}, {3, Double.NaN}, {3, Double.POSITIVE_INFINITY}, {12, 1.0}, {15, 0.0}
        }) {
            List<Double> matrix = new ArrayList<>(identity);
            matrix.set((int) change[0], (double) change[1]);
            assertTrue(Pose.of(matrix).isEmpty(), "number " + change[0] + " is " + change[1]);
        }
        assertTrue(Pose.of(0, 0, 0, 0, 0, 0, 0).isEmpty());
        assertTrue(Pose.of(Double.NaN, 0, 0, 0, 0, 0, 1).isEmpty());
    }

    @Test
    public void aFrameWithoutPoseOrIntrinsicsHasNoView() {
        FrameRecord bare = FrameRecord.of("a", "a.png").build();
        assertTrue(PinholeView.of(bare, 4, 3).isEmpty());
        assertTrue(PinholeView.of(bare.with(r -> r.pose(Pose.IDENTITY.matrix())), 4, 3)
                .isEmpty());
        assertTrue(PinholeView.of(bare.with(r -> r.pose(Pose.IDENTITY.matrix()).intrinsics(CAMERA)), 4, 3)
                .isPresent());
    }

    private static Pose anyPose(Random random) {
        return Pose.of(
                        random.nextGaussian(),
                        random.nextGaussian(),
                        random.nextGaussian(),
                        random.nextGaussian(),
                        random.nextGaussian(),
                        random.nextGaussian(),
                        random.nextGaussian())
                .orElseThrow();
    }
}
