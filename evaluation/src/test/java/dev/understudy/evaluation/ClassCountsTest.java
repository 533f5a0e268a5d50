package dev.understudy.evaluation;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.EvaluationOptions.AbsentClasses;
import java.util.Random;
import org.testng.Reporter;
import org.testng.annotations.Test;

public class ClassCountsTest {
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
        ClassCounts counts = new ClassCounts(3);
        counts.add(row(0, 0, 1, 1, 2, 255), row(0, 1, 1, 1, 255, 0));
        assertEquals(counts.truthPixels(0), 2);
        assertEquals(counts.iou(0), 1.0 / 2, TINY);
        assertEquals(counts.iou(1), 2.0 / 3, TINY);
        assertTrue(Double.isNaN(counts.iou(2)), "class 2 has no answered pixel");
        assertEquals(counts.meanIou(AbsentClasses.LEFT_OUT), 7.0 / 18, TINY);
        assertEquals(counts.meanIou(AbsentClasses.COUNT_AS_ONE), 7.0 / 18, TINY);
        assertEquals(counts.pixelAccuracy(), 3.0 / 4, TINY);
        assertEquals(counts.classAccuracy(0), 1.0 / 2, TINY);
        assertEquals(counts.meanClassAccuracy(), 3.0 / 4, TINY);
        assertEquals(counts.coverage(), 4.0 / 5, TINY);
        assertEquals(counts.annotated(), 5);
    }

    /** Otherwise one stray pixel would move the mean by a whole class. */
    @Test
    public void aClassThatIsOnlyPredictedCountsByThePixelsItTookAway() {
        ClassCounts counts = new ClassCounts(2);
        counts.add(row(0, 0), row(0, 1));
        assertEquals(counts.iou(1), 0, TINY);
        assertEquals(counts.meanIou(AbsentClasses.LEFT_OUT), 1.0 / 2, TINY);
        assertEquals(counts.meanIou(AbsentClasses.COUNT_AS_ONE), 1.0 / 4, TINY);
        assertTrue(Double.isNaN(counts.classAccuracy(1)));
        assertEquals(counts.meanClassAccuracy(), 1.0 / 2, TINY);
    }

    @Test
    public void aTrueClassWithoutAnAnswerCountsAsZero() {
        ClassCounts counts = new ClassCounts(3);
        counts.add(row(0, 0, 1, 1), row(0, 0, 255, 255));
        assertTrue(Double.isNaN(counts.iou(1)), "no answered pixel");
        assertEquals(counts.meanIou(AbsentClasses.LEFT_OUT), 1.0 / 2, TINY);
        assertEquals(counts.meanIou(AbsentClasses.COUNT_AS_ONE), 2.0 / 3, TINY);
    }

    @Test
    public void nothingCountedIsNoScore() {
        ClassCounts counts = new ClassCounts(2);
        counts.add(row(255, 255), row(0, 1));
        assertTrue(Double.isNaN(counts.meanIou(AbsentClasses.LEFT_OUT)));
        assertTrue(Double.isNaN(counts.pixelAccuracy()));
        assertTrue(Double.isNaN(counts.coverage()));
    }

    @Test
    public void partsMergeToOnePass() {
        long seed = 4;
        Reporter.log("seed " + seed, true);
        Random random = new Random(seed);
        ClassCounts whole = new ClassCounts(7);
        ClassCounts left = new ClassCounts(7);
        ClassCounts right = new ClassCounts(7);
        for (int i = 0; i < 20; i++) {
            LabelMap truth = random(random);
            LabelMap prediction = random(random);
            whole.add(truth, prediction);
            (random.nextBoolean() ? left : right).add(truth, prediction);
        }
        right.merge(left);
        assertEquals(right.sums(), whole.sums());
        assertEquals(right.coverage(), whole.coverage());
    }

    private static LabelMap random(Random random) {
        byte[] classes = new byte[64];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = (byte) (random.nextInt(8) == 7 ? 255 : random.nextInt(7));
        }
        return new LabelMap(8, 8, classes);
    }

    /** Otherwise resamples of the same frames would be means over different classes. */
    @Test
    public void theClassesOfAPartAreThoseOfTheWhole() {
        ClassCounts whole = new ClassCounts(3);
        whole.add(row(0, 0, 1, 1), row(0, 0, 1, 1));
        ClassCounts part = new ClassCounts(3);
        part.add(row(0, 0), row(0, 2));
        assertEquals(part.meanIou(whole.presence(), AbsentClasses.LEFT_OUT), 1.0 / 4, TINY);
        assertEquals(part.meanIou(AbsentClasses.LEFT_OUT), 1.0 / 2, TINY);
    }

    @Test
    public void whatDoesNotFitIsRefusedAndNotCounted() {
        ClassCounts counts = new ClassCounts(2);
        assertThrows(IllegalArgumentException.class, () -> counts.add(row(0, 2), row(0, 0)));
        assertThrows(IllegalArgumentException.class, () -> counts.add(row(0, 0), row(0, 2)));
        assertThrows(IllegalArgumentException.class, () -> counts.add(row(0, 0), row(0)));
        assertThrows(IllegalArgumentException.class, () -> counts.merge(new ClassCounts(3)));
        assertEquals(counts.annotated(), 0);
    }
}
