package dev.understudy.scenes;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.scenes.FrameRenderer.RenderedFrame;
import dev.understudy.scenes.RenderOptions.SceneKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class FrameRendererTest {
    private static final long SEED = 20240607;
    private static final int FRAMES = 16;

    @DataProvider
    Object[] scenes() {
        return SceneKind.values();
    }

    private static RenderOptions options(SceneKind scene) {
        return RenderOptions.of(scene, 80, 60, SEED);
    }

    @Test(dataProvider = "scenes")
    public void sameSeedSameFrameInAnyOrderAndOnAnyThread(SceneKind scene) throws Exception {
        List<Frame> inOrder = new ArrayList<>();
        FrameRenderer renderer = new FrameRenderer(options(scene));
        for (int i = 0; i < FRAMES; i++) {
            inOrder.add(renderer.render(i));
        }
        FrameRenderer shared = new FrameRenderer(options(scene));
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<Frame>> futures = new ArrayList<>();
            for (int i = FRAMES - 1; i >= 0; i--) {
                int index = i;
                futures.add(pool.submit(() -> shared.render(index)));
            }
            for (int i = 0; i < FRAMES; i++) {
                assertSame(futures.get(FRAMES - 1 - i).get(), inOrder.get(i));
            }
        } finally {
            pool.shutdownNow();
        }
        Frame other = new FrameRenderer(options(scene).withSeed(SEED + 1)).render(0);
        assertNotEquals(other.rgb().rgb(), inOrder.get(0).rgb().rgb());
    }

    private static void assertSame(Frame actual, Frame expected) {
        assertEquals(actual.record(), expected.record());
        assertTrue(Arrays.equals(actual.rgb().rgb(), expected.rgb().rgb()), expected.id());
        assertTrue(Arrays.equals(actual.depth().metres(), expected.depth().metres()), expected.id());
        assertTrue(
                Arrays.equals(
                        actual.segmentation().classes(), expected.segmentation().classes()),
                expected.id());
        assertTrue(Arrays.equals(actual.normals().xyz(), expected.normals().xyz()), expected.id());
    }

    /** Inside a plane the normal is that of the plane through the neighbours' points. */
    @Test(dataProvider = "scenes")
    public void normalsAreThoseOfTheDepth(SceneKind scene) {
        FrameRenderer renderer = new FrameRenderer(options(scene));
        int compared = 0;
        int wrong = 0;
        for (int index = 0; index < FRAMES; index += 3) {
            Frame frame = renderer.render(index);
            int w = frame.width();
            float[] n = frame.normals().xyz();
            for (int y = 1; y < frame.height() - 1; y++) {
                for (int x = 1; x < w - 1; x++) {
                    int i = y * w + x;
                    if (!flat(frame, i)) {
                        continue;
                    }
                    double[] right = minus(point(frame, x + 1, y), point(frame, x - 1, y));
                    double[] down = minus(point(frame, x, y + 1), point(frame, x, y - 1));
                    double[] normal = unit(cross(right, down));
                    double[] given = {n[3 * i], -n[3 * i + 2], n[3 * i + 1]};
                    compared++;
                    wrong += Math.abs(dot(normal, given)) > 0.999 && dot(given, point(frame, x, y)) < 0 ? 0 : 1;
                }
            }
        }
        assertTrue(compared > 5000, compared + " flat pixels");
        assertTrue(wrong < 0.01 * compared, wrong + " of " + compared + " normals are wrong");
    }

    private static boolean inside(Frame frame, int x, int y) {
        return x >= 1 && y >= 1 && x < frame.width() - 1 && y < frame.height() - 1;
    }

    /** Whether the pixel and its eight neighbours have depth, one normal and a depth that is flat in 1/z. */
    private static boolean flat(Frame frame, int i) {
        int w = frame.width();
        float[] z = frame.depth().metres();
        float[] n = frame.normals().xyz();
        for (int dy = -1; dy <= 1; dy++) {
            for (int dx = -1; dx <= 1; dx++) {
                int j = i + dy * w + dx;
                if (z[j] == 0) {
                    return false;
                }
                for (int c = 0; c < 3; c++) {
                    if (Math.abs(n[3 * j + c] - n[3 * i + c]) > 1e-4) {
                        return false;
                    }
                }
            }
        }
        double across = 1 / z[i - 1] + 1 / z[i + 1] - 2 / z[i];
        double along = 1 / z[i - w] + 1 / z[i + w] - 2 / z[i];
        return Math.abs(across) * z[i] < 1e-3 && Math.abs(along) * z[i] < 1e-3;
    }

    /**
     * What one view sees lies, by the poses, where another view of the place sees it, unless something is before it
     * there.
     */
    @Test(dataProvider = "scenes")
    public void posesCarryPointsFromViewToView(SceneKind scene) {
        RenderOptions close = new RenderOptions(scene, 80, 60, SEED, 40, true, 1, 0, 0, 0);
        FrameRenderer renderer = new FrameRenderer(close);
        int compared = 0;
        int agree = 0;
        for (int first = 0; first < 40; first += 10) {
            Frame a = renderer.render(first);
            Frame b = renderer.render(first + 4);
            double[] aToWorld = pose(a);
            double[] bToWorld = pose(b);
            DepthMap depth = b.depth();
            for (int i = 0; i < a.width() * a.height(); i++) {
                if (!inside(a, i % a.width(), i / a.width()) || !flat(a, i)) {
                    continue;
                }
                double[] world = toWorld(aToWorld, point(a, i % a.width(), i / a.width()));
                double[] p = fromWorld(bToWorld, world);
                Intrinsics k = b.record().intrinsics();
                int x = (int) Math.round(k.fx() * p[0] / p[2] + k.cx());
                int y = (int) Math.round(k.fy() * p[1] / p[2] + k.cy());
                int j = y * b.width() + x;
                if (p[2] <= 0 || !inside(b, x, y) || !flat(b, j) || depth.metres()[j] < 0.95 * p[2] - 0.02) {
                    continue;
                }
                compared++;
                boolean near = depth.metres()[j] < 1.05 * p[2] + 0.02;
                agree += near && b.segmentation().classAt(j) == a.segmentation().classAt(i) ? 1 : 0;
            }
        }
        assertTrue(compared > 2500, compared + " points in both views");
        assertTrue(agree > 0.97 * compared, agree + " of " + compared + " points agree");
    }

    @Test(dataProvider = "scenes")
    public void instrumentsLeaveTheTruthAlone(SceneKind scene) {
        FrameRenderer exact = new FrameRenderer(options(scene));
        FrameRenderer noisy = new FrameRenderer(new RenderOptions(scene, 80, 60, SEED, 4, false, 3, 1, 1, 16));
        for (int i = 0; i < 4; i++) {
            Frame clean = exact.render(i);
            RenderedFrame rendered = noisy.shoot(i);
            assertEquals(rendered.exactDepth().metres(), clean.depth().metres());
            assertEquals(
                    rendered.frame().segmentation().classes(),
                    clean.segmentation().classes());
            assertEquals(rendered.frame().normals().xyz(), clean.normals().xyz());
            float[] measured = rendered.frame().depth().metres();
            int rows = 0;
            double worst = 0;
            for (int y = 0; y < 60; y++) {
                boolean any = false;
                for (int x = 0; x < 80; x++) {
                    float z = clean.depth().metres()[y * 80 + x];
                    float m = measured[y * 80 + x];
                    any |= m > 0;
                    worst = Math.max(worst, m > 0 ? Math.abs(m - z) / z : 0);
                }
                rows += any ? 1 : 0;
            }
            assertTrue(rows <= 16 && rows >= 8, rows + " scanned rows");
            assertTrue(worst > 0 && worst < 0.08, "relative depth noise " + worst);
        }
    }

    private static double[] point(Frame frame, int x, int y) {
        Intrinsics k = frame.record().intrinsics();
        double z = frame.depth().metres()[y * frame.width() + x];
        return new double[] {(x - k.cx()) / k.fx() * z, (y - k.cy()) / k.fy() * z, z};
    }

    private static double[] pose(Frame frame) {
        return frame.record().pose().stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double[] toWorld(double[] m, double[] p) {
        double[] out = new double[3];
        for (int r = 0; r < 3; r++) {
            out[r] = m[4 * r] * p[0] + m[4 * r + 1] * p[1] + m[4 * r + 2] * p[2] + m[4 * r + 3];
        }
        return out;
    }

    private static double[] fromWorld(double[] m, double[] p) {
        double[] out = new double[3];
        for (int c = 0; c < 3; c++) {
            for (int r = 0; r < 3; r++) {
                out[c] += m[4 * r + c] * (p[r] - m[4 * r + 3]);
            }
        }
        return out;
    }

    private static double[] minus(double[] a, double[] b) {
        return new double[] {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
    }

    private static double dot(double[] a, double[] b) {
        return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    }

    private static double[] cross(double[] a, double[] b) {
        return new double[] {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
    }

    private static double[] unit(double[] a) {
        double k = 1 / Math.sqrt(dot(a, a));
        return new double[] {a[0] * k, a[1] * k, a[2] * k};
    }
}
