package dev.understudy.labeler.context;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import org.testng.annotations.Test;

public class EvidenceWindowsTest {
    private static final int WIDTH = 24;
    private static final int HEIGHT = 9;

    /** Three columns of cells: class 2, class 5 and nothing of the space, each with 0.8, the next with 0.2. */
    private static SegmentationEvidence evidence() {
        int pixels = WIDTH * HEIGHT;
        byte[] classes = new byte[2 * pixels];
        byte[] probability = new byte[2 * pixels];
        byte[] said = {2, 5, (byte) 255};
        for (int i = 0; i < pixels; i++) {
            int column = i % WIDTH / 8;
            classes[i] = said[column];
            classes[pixels + i] = said[(column + 1) % 3];
            probability[i] = (byte) 204;
            probability[pixels + i] = 51;
        }
        return new SegmentationEvidence(2, classes, probability, new byte[0], new byte[0]);
    }

    private static EvidenceWindows windows() {
        return EvidenceWindows.of(evidence(), new CellGrid(WIDTH, HEIGHT), new int[] {2, 5});
    }

    @Test
    public void probabilitiesOfACellAreMeansOfItsPixels() {
        EvidenceWindows windows = windows();
        assertEquals(windows.width(), 3);
        for (int row = 0; row < 2; row++) {
            assertEquals(windows.own()[0][3 * row], 0.8f, 1e-6f);
            assertEquals(windows.own()[1][3 * row], 0.2f, 1e-6f);
            assertEquals(windows.own()[2][3 * row], 0f, 1e-6f);
            assertEquals(windows.own()[2][3 * row + 1], 0.2f, 1e-6f);
            assertEquals(windows.own()[2][3 * row + 2], 0.8f, 1e-6f);
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(windows.image()[i], 1 / 3f, 1e-6f);
            assertEquals(windows.near()[i][0], 1 / 3f, 1e-6f);
            assertEquals(windows.far()[i][5], 1 / 3f, 1e-6f);
        }
    }

    @Test
    public void whatIsNotStoredIsTheRest() {
        EvidenceWindows windows = EvidenceWindows.of(evidence(), new CellGrid(WIDTH, HEIGHT), new int[] {5});
        assertEquals(windows.own()[0][1], 0.8f, 1e-6f);
        assertEquals(windows.own()[1][1], 0.2f, 1e-6f);
        assertEquals(windows.own()[1][2], 1f, 1e-6f);
    }

    @Test
    public void aRowHoldsLogarithmsOfAllWindows() {
        EvidenceWindows windows = windows();
        float[] row = new float[windows.features() + 1];
        windows.write(1, row, 1);
        assertEquals(windows.features(), 12);
        assertEquals(row[0], 0f);
        assertEquals(row[1], (float) Math.log(0.004), 1e-5f);
        assertEquals(row[2], (float) Math.log(0.804), 1e-5f);
        for (int i = 4; i <= 12; i++) {
            assertEquals(row[i], (float) Math.log(1 / 3.0 + 0.004), 1e-5f);
        }
    }

    @Test
    public void probabilitiesThatAreKnownByCellHaveWindowsToo() {
        CellGrid grid = new CellGrid(80, 8);
        float[][] own = new float[2][10];
        own[0][0] = 1;
        EvidenceWindows windows = EvidenceWindows.of(own, grid);
        assertEquals(windows.near()[0][0], 1 / 3f, 1e-6f);
        assertEquals(windows.near()[0][3], 0f, 1e-6f);
        assertEquals(windows.far()[0][8], 0.1f, 1e-6f);
        assertTrue(windows.image()[1] == 0);
    }

    @Test
    public void whatDoesNotFitIsRefused() {
        CellGrid grid = new CellGrid(8, 8);
        assertThrows(IllegalArgumentException.class, () -> EvidenceWindows.of(evidence(), grid, new int[] {2}));
        CellGrid fits = new CellGrid(WIDTH, HEIGHT);
        assertThrows(IllegalArgumentException.class, () -> EvidenceWindows.of(evidence(), fits, new int[] {5, 2}));
        assertThrows(IllegalArgumentException.class, () -> EvidenceWindows.of(evidence(), fits, new int[] {255}));
        assertThrows(IllegalArgumentException.class, () -> new CellGrid(0, 3));
    }
}
