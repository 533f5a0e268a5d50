package dev.understudy.evaluation;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.ConfidenceTable.ReliabilityBin;
import java.util.Random;
import org.testng.annotations.Test;

public class ConfidenceTest {
    @Test
    public void calibrationErrorByHand() {
        ConfidenceTable table = new ConfidenceTable(2);
        // Level 255, bin 14: two pixels, one right: off by 0.5. Level 51 = 0.2, bin 2: two pixels, none right: off by
        // 0.2
        table.add(0, 255, true);
        table.add(0, 255, false);
        table.add(1, 51, false);
        table.add(1, 51, false);
        assertEquals(table.calibrationError(), (2 * 0.5 + 2 * 0.2) / 4, 1e-12);
        assertEquals(table.calibrationError(0), 0.5, 1e-12);
        assertEquals(table.classCalibrationError(), 0.35, 1e-12);
        assertEquals(table.accuracy(), 0.25);
        assertEquals(table.reliability().get(14).pixels(), 2);
        assertEquals(table.reliability().get(2), new ReliabilityBin(2 / 15.0, 3 / 15.0, 2, 0.2, 0));
    }

    @Test
    public void binsAreClosedAbove() {
        // 17/255 is 1/15 exactly
        ConfidenceTable table = new ConfidenceTable(1);
        table.add(0, 0, true);
        table.add(0, 17, true);
        table.add(0, 18, true);
        assertEquals(table.reliability().get(0).pixels(), 2);
        assertEquals(table.reliability().get(1).pixels(), 1);
    }

    @Test
    public void pixelsWithoutTruthOrLabelAreNotCountedAndMergingIsOnePass() {
        LabelMap truth = new LabelMap(4, 1, new byte[] {0, (byte) 255, 1, 1});
        SegmentationEvidence evidence = new SegmentationEvidence(
                1, new byte[] {0, 0, (byte) 255, 0}, new byte[] {10, 20, 30, 40}, new byte[4], new byte[4]);
        ConfidenceTable once = new ConfidenceTable(2);
        once.add(truth, evidence);
        assertEquals(once.pixels(), 2);
        assertEquals(once.right(0, 10), 1);
        assertEquals(once.right(0, 40), 0);
        ConfidenceTable merged = new ConfidenceTable(2);
        merged.add(truth, evidence);
        merged.merge(once);
        assertEquals(merged.total(0, 10), 2);
        assertEquals(merged.pixels(0), 4);
    }

    @Test
    public void likelihoodAndBrierByHand() {
        // Four classes, top 2 at 0.6 and 0.2, so 0.1 for each other one
        SegmentationEvidence evidence = new SegmentationEvidence(
                2, new byte[] {1, 1, 0, 0}, new byte[] {(byte) 153, (byte) 153, 51, 51}, new byte[2], new byte[2]);
        ProbabilityErrors kept = new ProbabilityErrors(4);
        kept.add(new LabelMap(2, 1, new byte[] {0, (byte) 255}), evidence);
        assertEquals(kept.negativeLogLikelihood(), -Math.log(0.2), 1e-12);
        assertEquals(kept.brier(), 0.36 + 0.64 + 0.01 + 0.01, 1e-12);
        ProbabilityErrors other = new ProbabilityErrors(4);
        other.add(new LabelMap(2, 1, new byte[] {3, (byte) 255}), evidence);
        assertEquals(other.negativeLogLikelihood(), -Math.log(0.1), 1e-12);
        assertEquals(other.brier(), 0.36 + 0.04 + 0.01 + 0.81, 1e-12);
        kept.merge(other);
        assertEquals(kept.pixels(), 2);
        assertEquals(kept.negativeLogLikelihood(), -Math.log(0.02) / 2, 1e-12);
    }

    @Test
    public void areaByHand() {
        RiskCoverage ranking = new RiskCoverage();
        ranking.add(1, 0.9, true);
        ranking.add(1, 0.8, false);
        ranking.add(0, 0.99, true);
        ranking.add(0, 0.5, false);
        // Risks of the best 1 … 4: 0, 1/2, 1/3, 2/4
        assertEquals(ranking.area(), (0 + 1 / 2.0 + 1 / 3.0 + 1 / 2.0) / 4, 1e-12);
        assertEquals(ranking.risk(0.5), 0.5, 1e-12);
        assertEquals(ranking.risk(1), 0.5, 1e-12);
        assertEquals(ranking.curve(4).get(2), new RiskCoverage.Point(0.75, ranking.risk(0.75)));
        assertEquals(ranking.risk(0.75), 1 / 3.0, 1e-12);
    }

    @Test
    public void tiesCountInExpectation() {
        RiskCoverage ranking = new RiskCoverage();
        ranking.add(1, 0.7, true);
        ranking.add(1, 0.7, false);
        // Right first: 0, 1/2; wrong first: 1, 1/2
        assertEquals(ranking.area(), (0.5 + 0.5) / 2, 1e-12);
        assertEquals(ranking.risk(0.5), 0.5, 1e-12);
    }

    @Test
    public void areaOfManyPixelsIsThatOfTheDefinition() {
        Random random = new Random(4);
        RiskCoverage ranking = new RiskCoverage();
        RiskCoverage half = new RiskCoverage();
        RiskCoverage rest = new RiskCoverage();
        int[] wrong = new int[256];
        int[] total = new int[256];
        for (int i = 0; i < 5000; i++) {
            int level = random.nextInt(256);
            boolean right = random.nextInt(256) <= level;
            ranking.add(1, level / 255.0, right);
            (i % 2 == 0 ? half : rest).add(1, level / 255.0, right);
            total[level]++;
            wrong[level] += right ? 0 : 1;
        }
        double expected = 0;
        double errors = 0;
        int n = 0;
        for (int level = 255; level >= 0; level--) {
            for (int j = 1; j <= total[level]; j++) {
                expected += (errors + (double) wrong[level] * j / total[level]) / ++n;
            }
            errors += wrong[level];
        }
        assertEquals(ranking.area(), expected / n, 2e-3);
        half.merge(rest);
        assertEquals(half.area(), ranking.area(), 1e-12);
        assertTrue(ranking.area() < ranking.risk(1));
    }
}
