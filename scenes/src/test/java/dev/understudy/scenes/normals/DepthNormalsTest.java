package dev.understudy.scenes.normals;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.RealFrames;
import dev.understudy.dataset.edit.DepthNormals;
import dev.understudy.dataset.edit.NormalsRun.NormalOptions;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.scenes.FrameRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import java.util.Arrays;
import java.util.Objects;
import org.testng.annotations.Test;

public class DepthNormalsTest {
    private static final Intrinsics CAMERA = new Intrinsics(120, 130, 40, 30);
    private static final int WIDTH = 80;
    private static final int HEIGHT = 60;

    private final DepthNormals normals = new DepthNormals(NormalOptions.defaults());

    @Test
    public void tiltedPlanesAreExactUpToTheBorder() {
        double[] n = unit(0.4, -0.5, -0.77);
        NormalMap map = normals.of(plane(n, 2), CAMERA);
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            assertEquals(map.xyz()[3 * i], n[0], 1e-4);
            assertEquals(map.xyz()[3 * i + 1], n[2], 1e-4);
            assertEquals(map.xyz()[3 * i + 2], -n[1], 1e-4);
        }
    }

    @Test
    public void missingDepthHasNoNormalAndDoesNotHarmItsNeighbours() {
        DepthMap depth = plane(unit(0, 0, -1), 3);
        int hole = 30 * WIDTH + 40;
        depth.metres()[hole] = 0;
        NormalMap map = normals.of(depth, CAMERA);
        assertEquals(Arrays.copyOfRange(map.xyz(), 3 * hole, 3 * hole + 3), new float[3]);
        assertEquals(map.xyz()[3 * hole + 4], -1, 1e-4);
    }

    @Test
    public void planesDoNotReachAcrossDepthEdges() {
        double[] near = unit(0.3, 0, -1);
        double[] far = unit(-0.6, 0, -1);
        float[] metres = plane(near, 1).metres();
        float[] behind = plane(far, 3).metres();
        for (int i = 0; i < metres.length; i++) {
            metres[i] = i % WIDTH < 37 ? metres[i] : behind[i];
        }
        NormalMap map = normals.of(new DepthMap(WIDTH, HEIGHT, metres), CAMERA);
        for (int i = 0; i < metres.length; i++) {
            double[] n = i % WIDTH < 37 ? near : far;
            assertEquals(map.xyz()[3 * i], n[0], 1e-3, "x " + i % WIDTH + ", y " + i / WIDTH);
        }
    }

    @Test
    public void whatIsNoPlaneHasNoNormal() {
        float[] metres = new float[WIDTH * HEIGHT];
        java.util.Random random = new java.util.Random(7);
        for (int i = 0; i < metres.length; i++) {
            metres[i] = 1 + 4 * random.nextFloat();
        }
        float[] xyz = normals.of(new DepthMap(WIDTH, HEIGHT, metres), CAMERA).xyz();
        assertTrue(share(xyz) < 0.05, "share with normals: " + share(xyz));
    }

    @Test
    public void renderedRoomsWithoutNoiseAreWithinFiveDegrees() {
        FrameRenderer renderer = new FrameRenderer(RenderOptions.of(SceneKind.ROOMS, 320, 240, 5));
        DepthNormals fine = new DepthNormals(new NormalOptions(2, NormalOptions.DEFAULT_TOLERANCE, 0.03));
        for (int i = 0; i < 4; i++) {
            Frame frame = renderer.render(i * 4);
            assertTrue(median(normals, frame) < 5, "frame " + i + ": median " + median(normals, frame));
            assertTrue(median(fine, frame) < 0.5, "frame " + i + ": median " + median(fine, frame));
        }
    }

    private static double median(DepthNormals normals, Frame frame) {
        NormalMap map = normals.of(
                Objects.requireNonNull(frame.depth()),
                Objects.requireNonNull(frame.record().intrinsics()));
        assertTrue(share(map.xyz()) > 0.95, "share with normals: " + share(map.xyz()));
        return percentile(angles(map, Objects.requireNonNull(frame.normals())), 0.5);
    }

    @Test
    public void noisyRoomsStayUsable() {
        RenderOptions noisy = new RenderOptions(SceneKind.ROOMS, 320, 240, 5, 4, false, 1, 1, 0.3, 0);
        Frame frame = new FrameRenderer(noisy).render(0);
        NormalMap map = new DepthNormals(NormalOptions.defaults())
                .of(
                        Objects.requireNonNull(frame.depth()),
                        Objects.requireNonNull(frame.record().intrinsics()));
        double median = percentile(angles(map, Objects.requireNonNull(frame.normals())), 0.5);
        assertTrue(median < 15, "median " + median);
    }

    @Test
    public void publishedNormalsAreSimilar() {
        NormalMap published = NormalFiles.read(RealFrames.path("nyud/norm_gt_000433.png"));
        DepthMap depth = DepthFiles.read(RealFrames.path("nyud/depth_gt_000433.png"), 5000);
        NormalMap map = normals.of(depth, new Intrinsics(518.857901, 519.469611, 324.582449, 252.736166));
        double[] angles = angles(map, published);
        assertTrue(percentile(angles, 0.5) < 5, "median " + percentile(angles, 0.5));
    }

    /**
     * Depth of the plane with this normal (camera frame: right, down, forward) that meets the axis at {@code metres}.
     */
    private static DepthMap plane(double[] n, double metres) {
        float[] depth = new float[WIDTH * HEIGHT];
        for (int i = 0; i < depth.length; i++) {
            double x = (i % WIDTH - CAMERA.cx()) / CAMERA.fx();
            double y = (i / WIDTH - CAMERA.cy()) / CAMERA.fy();
            depth[i] = (float) (n[2] * metres / (n[0] * x + n[1] * y + n[2]));
        }
        return new DepthMap(WIDTH, HEIGHT, depth);
    }

    private static double[] unit(double x, double y, double z) {
        double length = Math.sqrt(x * x + y * y + z * z);
        return new double[] {x / length, y / length, z / length};
    }

    private static double[] angles(NormalMap found, NormalMap expected) {
        double[] angles = new double[found.width() * found.height()];
        int count = 0;
        for (int i = 0; i < found.xyz().length; i += 3) {
            double dot = 0;
            double there = 0;
            double here = 0;
            for (int c = i; c < i + 3; c++) {
                dot += found.xyz()[c] * expected.xyz()[c];
                there += Math.abs(expected.xyz()[c]);
                here += Math.abs(found.xyz()[c]);
            }
            if (there > 0 && here > 0) {
                angles[count++] = Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, dot))));
            }
        }
        return Arrays.copyOf(angles, count);
    }

    private static double percentile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) (share * (sorted.length - 1))];
    }

    private static double share(float[] xyz) {
        int with = 0;
        for (int i = 0; i < xyz.length; i += 3) {
            with += xyz[i] != 0 || xyz[i + 1] != 0 || xyz[i + 2] != 0 ? 1 : 0;
        }
        return with * 3.0 / xyz.length;
    }
}
