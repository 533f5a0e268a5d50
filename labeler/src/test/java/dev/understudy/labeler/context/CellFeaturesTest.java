package dev.understudy.labeler.context;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.labeler.context.CellFeatures.CellColour;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Test;

public class CellFeaturesTest {
    private static final double CAMERA_HEIGHT = 1.4;
    private static final double WALL = 4;
    private static final double PITCH = Math.toRadians(20);

    /** A floor that ends at a wall, seen by a camera of the usual kind that looks down by 20°. */
    private static Frame floorAndWall(int width, int height, @Nullable Intrinsics camera) {
        Intrinsics view = camera == null ? CellGeometry.camera(frame(width, height, null, null)) : camera;
        float[] metres = new float[width * height];
        for (int i = 0; i < metres.length; i++) {
            double y = (i / width - view.cy()) / view.fy();
            // Down and forward of the room in the camera's frame
            double down = y * Math.cos(PITCH) + Math.sin(PITCH);
            double forward = Math.cos(PITCH) - y * Math.sin(PITCH);
            double wall = WALL / forward;
            metres[i] = (float) (down > 0 ? Math.min(CAMERA_HEIGHT / down, wall) : wall);
        }
        return frame(width, height, new DepthMap(width, height, metres), camera);
    }

    private static Frame frame(int width, int height, @Nullable DepthMap depth, @Nullable Intrinsics camera) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) 200;
            rgb[i + 1] = 100;
            rgb[i + 2] = (byte) (i / 3 % width < width / 2 ? 0 : 255);
        }
        FrameRecord record = FrameRecord.of("a", "a.png").build().withIntrinsics(camera);
        return new Frame(record, new RgbImage(width, height, rgb), depth, null, null);
    }

    private static float[] plane(CellFeatures features, String name) {
        return features.planes()[CellFeatures.NAMES.indexOf(name)];
    }

    @Test
    public void aFloorLiesLowAndFacesUpAndAWallStands() {
        CellFeatures features = CellFeatures.of(floorAndWall(640, 480, null));
        CellGrid grid = features.grid();
        assertEquals(grid.cells(), 80 * 60);
        assertTrue(features.measured());
        CellGeometry geometry = features.geometry();
        assertEquals(geometry.pitch(), (float) Math.sin(PITCH), 0.01f);
        int floor = grid.cellAt(320, 450);
        assertEquals(geometry.facing()[floor], 1f, 0.01f);
        assertEquals(geometry.height()[floor], 0f, 0.03f);
        assertTrue(geometry.residual()[floor] < 0.002f, "residual " + geometry.residual()[floor]);
        int wall = grid.cellAt(320, 20);
        assertEquals(geometry.facing()[wall], 0f, 0.02f);
        double y = (grid.middleY(2) - 239.5) / (1.082 * 480);
        double above = CAMERA_HEIGHT - geometry.depth()[wall] * (y * Math.cos(PITCH) + Math.sin(PITCH));
        assertEquals(geometry.height()[wall], (float) above, 0.05f);
        // Where floor and wall meet no plane fits
        float worst = 0;
        for (int row = 0; row < grid.rows(); row++) {
            worst = Math.max(worst, geometry.residual()[row * grid.columns() + 40]);
        }
        assertTrue(worst > 0.01f, "residual " + worst);
        float[] relative = plane(features, "relative height");
        assertEquals(relative[wall], geometry.height()[wall] / plane(features, "image height")[0], 0.1f);
    }

    @Test
    public void anotherCameraIsReckonedWith() {
        Intrinsics camera = new Intrinsics(90, 80, 30, 55);
        CellFeatures features = CellFeatures.of(floorAndWall(130, 101, camera));
        assertEquals(features.grid().columns(), 17);
        assertEquals(features.grid().rows(), 13);
        assertEquals(features.geometry().pitch(), (float) Math.sin(PITCH), 0.03f);
        int floor = features.grid().cellAt(129, 100);
        assertEquals(features.geometry().facing()[floor], 1f, 0.02f);
        assertEquals(features.geometry().height()[floor], 0f, 0.05f);
    }

    @Test
    public void everySizeHasFiniteFeatures() {
        Random random = new Random(5);
        for (int[] size : new int[][] {{1, 1}, {7, 9}, {8, 8}, {9, 1}, {1, 33}, {65, 50}}) {
            float[] metres = new float[size[0] * size[1]];
            for (int i = 0; i < metres.length; i++) {
                metres[i] = random.nextInt(3) == 0 ? 0 : 20 * random.nextFloat();
            }
            assertFinite(CellFeatures.of(frame(size[0], size[1], new DepthMap(size[0], size[1], metres), null)));
        }
    }

    private static void assertFinite(CellFeatures features) {
        assertEquals(features.planes().length, CellFeatures.COUNT);
        assertEquals(CellFeatures.NAMES.size(), CellFeatures.COUNT);
        for (int i = 0; i < CellFeatures.COUNT; i++) {
            assertEquals(features.planes()[i].length, features.grid().cells());
            for (float value : features.planes()[i]) {
                assertTrue(Float.isFinite(value), CellFeatures.NAMES.get(i) + " is " + value);
            }
        }
    }

    @Test
    public void withoutDepthOnlyPictureAndPlaceSpeak() {
        Frame none = frame(33, 20, null, null);
        Frame holes = frame(33, 20, new DepthMap(33, 20, new float[33 * 20]), null);
        for (Frame frame : new Frame[] {none, holes}) {
            CellFeatures features = CellFeatures.of(frame);
            assertFalse(features.measured());
            assertFinite(features);
            for (String name : new String[] {
                "depth",
                "height",
                "facing",
                "log residual",
                "log step",
                "pitch",
                "relative depth",
                "depth 9x9 less own",
                "upright",
                "image median depth",
                "image height"
            }) {
                assertEquals(plane(features, name), new float[15], name);
            }
            assertEquals(plane(features, "image luminance")[3], plane(features, "image luminance")[0]);
        }
    }

    @Test
    public void holesTakeWhatIsBehindThem() {
        float[] metres = new float[32 * 16];
        for (int i = 0; i < metres.length; i++) {
            int x = i % 32;
            metres[i] = i >= 32 * 8 ? 0 : x < 8 ? 1 : x >= 24 ? 3 : 0;
        }
        float[] depth = CellGeometry.of(frame(32, 16, new DepthMap(32, 16, metres), null))
                .depth();
        assertEquals(depth, new float[] {1, 3, 3, 3, 1, 3, 3, 3});
    }

    @Test
    public void coloursAreMeansOfCells() {
        CellFeatures features = CellFeatures.of(frame(20, 9, null, null));
        CellColour colour = features.colour();
        // Left of the middle blue is 0, right of it 255; the second cell holds two columns of the one, six of the other
        float[] blue = {0, 6 * 255f / 8, 255};
        for (int cell = 0; cell < 6; cell++) {
            float luminance = (200 + 100 + blue[cell % 3]) / 765;
            assertEquals(colour.luminance()[cell], luminance, 1e-5f);
            assertEquals(colour.red()[cell], 200 / 255f - luminance, 1e-5f);
            assertEquals(colour.blue()[cell], blue[cell % 3] / 255 - luminance, 1e-5f);
        }
        assertEquals(plane(features, "y"), new float[] {0, 0, 0, 0.5f, 0.5f, 0.5f});
        assertEquals(plane(features, "x from middle")[0], 0.5f);
    }

    @Test
    public void windowsAreMeansOfWhatTheyHold() {
        long seed = 3;
        Random random = new Random(seed);
        int columns = 11;
        int rows = 7;
        float[] plane = new float[columns * rows];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = random.nextFloat();
        }
        for (int radius : new int[] {0, 1, 3, 8, 40}) {
            float[] means = WindowMeans.of(plane, columns, rows, radius);
            for (int cell = 0; cell < plane.length; cell++) {
                assertEquals(
                        means[cell], mean(plane, columns, cell, radius), 1e-6f, "radius " + radius + ", cell " + cell);
            }
        }
        float[] same = new float[plane.length];
        Arrays.fill(same, 0.25f);
        assertEquals(WindowMeans.deviation(same, columns, rows, 2), new float[plane.length]);
    }

    private static float mean(float[] plane, int columns, int cell, int radius) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < plane.length; i++) {
            if (Math.abs(i / columns - cell / columns) <= radius && Math.abs(i % columns - cell % columns) <= radius) {
                sum += plane[i];
                count++;
            }
        }
        return (float) (sum / count);
    }

    @Test
    public void everyPixelIsInTheCellWhoseMiddleLiesInIt() {
        CellGrid grid = new CellGrid(21, 10);
        assertEquals(grid.cells(), 6);
        assertEquals(grid.cellAt(20, 9), 5);
        for (int cell = 0; cell < grid.cells(); cell++) {
            int middle = grid.middle(cell);
            assertEquals(grid.cellAt(middle % 21, middle / 21), cell);
        }
        assertEquals(grid.middle(0), 4 * 21 + 4);
    }
}
