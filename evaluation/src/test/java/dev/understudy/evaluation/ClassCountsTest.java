package dev.understudy.evaluation;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.image.LabelMap;
import java.util.Random;
import org.testng.Reporter;
import org.testng.annotations.Test;

public class ConfusionMatrixTest {
    private static final double TINY = 1e-12;

    static LabelMap row(int... classes) {
        byte[] bytes = new byte[classes.length];
        for (int i = 0; i < classes.length; i++) {
            bytes[i] = (byte) classes[i];
        }
        return new LabelMap(classes.length, 1, bytes);
    }

    @Test
    public void scoresAreThoseWorkedOutByHand() {
        ConfusionMatrix matrix = new ConfusionMatrix(3);
        matrix.add(row(0, 0, 1, 1, 2, 255), row(0, 1, 1, 1, 255, 0));
        assertEquals(matrix.count(0, 1), 1);
        assertEquals(matrix.iou(0), 1.0 / 2, TINY);
        assertEquals(matrix.iou(1), 2.0 / 3, TINY);
        assertTrue(Double.isNaN(matrix.iou(2)), "class 2 has no answered pixel");
        assertEquals(matrix.meanIou(AbsentClasses.LEFT_OUT), 7.0 / 18, TINY);
        assertEquals(matrix.meanIou(AbsentClasses.COUNT_AS_ONE), 7.0 / 18, TINY);
        assertEquals(matrix.pixelAccuracy(), 3.0 / 4, TINY);
        assertEquals(matrix.classAccuracy(0), 1.0 / 2, TINY);
        assertEquals(matrix.meanClassAccuracy(), 3.0 / 4, TINY);
        assertEquals(matrix.coverage(), 4.0 / 5, TINY);
        assertEquals(matrix.annotated(), 5);
    }

    /** Otherwise one stray pixel would move the mean by a whole class. */
    @Test
    public void aClassThatIsOnlyPredictedCountsByThePixelsItTookAway() {
        ConfusionMatrix matrix = new ConfusionMatrix(2);
        matrix.add(row(0, 0), row(0, 1));
        assertEquals(matrix.iou(1), 0, TINY);
        assertEquals(matrix.meanIou(AbsentClasses.LEFT_OUT), 1.0 / 2, TINY);
        assertEquals(matrix.meanIou(AbsentClasses.COUNT_AS_ONE), 1.0 / 4, TINY);
        assertTrue(Double.isNaN(matrix.classAccuracy(1)));
        assertEquals(matrix.meanClassAccuracy(), 1.0 / 2, TINY);
    }

    @Test
    public void aTrueClassWithoutAnAnswerCountsAsZero() {
        ConfusionMatrix matrix = new ConfusionMatrix(3);
        matrix.add(row(0, 0, 1, 1), row(0, 0, 255, 255));
        assertTrue(Double.isNaN(matrix.iou(1)), "no answered pixel");
        assertEquals(matrix.meanIou(AbsentClasses.LEFT_OUT), 1.0 / 2, TINY);
        assertEquals(matrix.meanIou(AbsentClasses.COUNT_AS_ONE), 2.0 / 3, TINY);
    }

    @Test
    public void nothingCountedIsNoScore() {
        ConfusionMatrix matrix = new ConfusionMatrix(2);
        matrix.add(row(255, 255), row(0, 1));
        assertTrue(Double.isNaN(matrix.meanIou(AbsentClasses.LEFT_OUT)));
        assertTrue(Double.isNaN(matrix.pixelAccuracy()));
        assertTrue(Double.isNaN(matrix.coverage()));
    }

    @Test
    public void partsMergeToOnePass() {
        long seed = 4;
        Reporter.log("seed " + seed, true);
        Random random = new Random(seed);
        ConfusionMatrix whole = new ConfusionMatrix(7);
        ConfusionMatrix left = new ConfusionMatrix(7);
        ConfusionMatrix right = new ConfusionMatrix(7);
        for (int i = 0; i < 20; i++) {
            LabelMap truth = random(random);
            LabelMap prediction = random(random);
            whole.add(truth, prediction);
            (random.nextBoolean() ? left : right).add(truth, prediction);
        }
        right.merge(left);
        for (int i = 0; i < 49; i++) {
            assertEquals(right.count(i / 7, i % 7), whole.count(i / 7, i % 7));
        }
        assertEquals(right.coverage(), whole.coverage());
    }

    private static LabelMap random(Random random) {
        byte[] classes = new byte[64];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = (byte) (random.nextInt(8) == 7 ? 255 : random.nextInt(7));
        }
        return new LabelMap(8, 8, classes);
    }

    @Test
    public void whatDoesNotFitIsRefusedAndNotCounted() {
        ConfusionMatrix matrix = new ConfusionMatrix(2);
        assertThrows(IllegalArgumentException.class, () -> matrix.add(row(0, 2), row(0, 0)));
        assertThrows(IllegalArgumentException.class, () -> matrix.add(row(0, 0), row(0, 2)));
        assertThrows(IllegalArgumentException.class, () -> matrix.add(row(0, 0), row(0)));
        assertThrows(IllegalArgumentException.class, () -> matrix.merge(new ConfusionMatrix(3)));
        assertEquals(matrix.annotated(), 0);
    }
}
