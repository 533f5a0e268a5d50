package dev.understudy.labeler.repair;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.labeler.context.CellGrid;
import dev.understudy.labeler.context.EvidenceWindows;
import java.util.List;
import org.testng.annotations.Test;

public class PixelAnswerTest {
    private static final int WIDTH = 44;
    private static final int HEIGHT = 37;
    private static final int[] KNOWN = {0, 1, 2};

    /** Three classes; the border between 0 and 1 lies at a column inside of a cell. */
    private static SegmentationEvidence said(int border) {
        int pixels = WIDTH * HEIGHT;
        byte[] classes = new byte[3 * pixels];
        byte[] probability = new byte[3 * pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int first = pixel % WIDTH < border ? 0 : 1;
            classes[pixel] = (byte) first;
            classes[pixels + pixel] = (byte) (1 - first);
            classes[2 * pixels + pixel] = 2;
            probability[pixel] = (byte) 153;
            probability[pixels + pixel] = 77;
            probability[2 * pixels + pixel] = 25;
        }
        byte[] agreement = new byte[pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            agreement[pixel] = (byte) (pixel % 2 == 0 ? 255 : 128);
        }
        return new SegmentationEvidence(3, classes, probability, new byte[pixels], agreement);
    }

    private static SegmentationEvidence answer(SegmentationEvidence said, float[] cells) {
        CellGrid grid = new CellGrid(WIDTH, HEIGHT);
        return new PixelAnswer(4, 3)
                .of(grid, cells, List.of(KNOWN), List.of(EvidenceWindows.of(said, grid, KNOWN)), List.of(said));
    }

    private static float[] own(SegmentationEvidence said) {
        CellGrid grid = new CellGrid(WIDTH, HEIGHT);
        EvidenceWindows windows = EvidenceWindows.of(said, grid, KNOWN);
        float[] cells = new float[grid.cells() * 4];
        for (int cell = 0; cell < grid.cells(); cell++) {
            for (int i = 0; i < KNOWN.length; i++) {
                cells[4 * cell + i] = windows.own()[i][cell];
            }
        }
        return cells;
    }

    @Test
    public void cellsThatSayWhatTheExpertSaysGiveItsOwnAnswer() {
        SegmentationEvidence said = said(0);
        SegmentationEvidence answer = answer(said, own(said));
        assertEquals(answer.classes(), said.classes());
        for (int i = 0; i < said.probability().length; i++) {
            assertEquals(answer.probability()[i] & 0xFF, said.probability()[i] & 0xFF, 1, "entry " + i);
        }
        assertEquals(answer.agreement(), said.agreement());
        int level = answer.entropy()[0] & 0xFF;
        double expected = -(0.6 * Math.log(0.6) + 0.302 * Math.log(0.302) + 0.098 * Math.log(0.098)) / Math.log(4);
        assertEquals(level / 255.0, expected, 0.01);
    }

    @Test
    public void bordersInsideOfCellsStayWhereTheExpertSeesThem() {
        for (int border = 5; border < 40; border += 3) {
            SegmentationEvidence said = said(border);
            SegmentationEvidence answer = answer(said, own(said));
            for (int pixel = 0; pixel < said.pixels(); pixel++) {
                assertEquals(answer.classes()[pixel], said.classes()[pixel], "border " + border + ", pixel " + pixel);
            }
        }
    }

    @Test
    public void aClassThatTheExpertCannotSayComesFromTheCellsAlone() {
        SegmentationEvidence said = said(20);
        float[] cells = own(said);
        for (int cell = 0; cell < cells.length / 4; cell++) {
            cells[4 * cell + 3] = 4;
        }
        SegmentationEvidence answer = answer(said, cells);
        for (int pixel = 0; pixel < said.pixels(); pixel++) {
            assertEquals(answer.classes()[pixel], 3);
            assertEquals(answer.agreement()[pixel], 0, "no view of the expert's says so");
            assertTrue((answer.probability()[pixel] & 0xFF) > 190);
        }
    }
}
