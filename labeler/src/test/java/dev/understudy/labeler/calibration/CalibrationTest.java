package dev.understudy.labeler.calibration;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.ConfidenceTable;
import dev.understudy.evaluation.ProbabilityErrors;
import dev.understudy.files.DataException;
import dev.understudy.labeler.calibration.CalibrationMethod.IsotonicMap.IsotonicFit;
import dev.understudy.store.StoreDescription.Calibration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.testng.Reporter;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class CalibrationTest {
    private static final int CLASSES = 6;
    private static final int TOP_K = 3;

    /** Truth drawn from a softmax; the expert reports the same logits sharpened, so its true temperature is known. */
    private static final class Sharp {
        final LabelMap truth;
        final SegmentationEvidence evidence;

        Sharp(Random random, int pixels, double sharpness, double sharpnessOfClass0) {
            byte[] labels = new byte[pixels];
            byte[] classes = new byte[TOP_K * pixels];
            byte[] levels = new byte[TOP_K * pixels];
            for (int i = 0; i < pixels; i++) {
                double[] logits = random.doubles(CLASSES, -2, 2).toArray();
                double[] honest = softmax(logits, 1);
                double dice = random.nextDouble();
                int actual = 0;
                while (actual < CLASSES - 1 && dice >= honest[actual]) {
                    dice -= honest[actual++];
                }
                labels[i] = (byte) actual;
                int winner = best(honest);
                double[] said = softmax(logits, winner == 0 ? sharpnessOfClass0 : sharpness);
                for (int k = 0; k < TOP_K; k++) {
                    int next = best(said);
                    classes[k * pixels + i] = (byte) next;
                    levels[k * pixels + i] = (byte) Math.round(said[next] * 255);
                    said[next] = -1;
                }
            }
            truth = new LabelMap(pixels, 1, labels);
            evidence = new SegmentationEvidence(TOP_K, classes, levels, new byte[pixels], new byte[pixels]);
        }

        private static double[] softmax(double[] logits, double sharpness) {
            double[] p = new double[logits.length];
            double sum = 0;
            for (int c = 0; c < p.length; c++) {
                p[c] = Math.exp(sharpness * logits[c]);
                sum += p[c];
            }
            for (int c = 0; c < p.length; c++) {
                p[c] /= sum;
            }
            return p;
        }

        private static int best(double[] values) {
            int best = 0;
            for (int c = 1; c < values.length; c++) {
                best = values[c] > values[best] ? c : best;
            }
            return best;
        }
    }

    @DataProvider
    public Object[][] methods() {
        return new Object[][] {
            {CalibrationMethod.TEMPERATURE}, {CalibrationMethod.PER_CLASS}, {CalibrationMethod.ISOTONIC}
        };
    }

    @Test(dataProvider = "methods")
    public void anOverconfidentExpertBecomesHonestOnPixelsThatWereNotUsed(CalibrationMethod method) {
        long seed = 11;
        Reporter.log("seed " + seed, true);
        Random random = new Random(seed);
        Sharp fit = new Sharp(random, 60_000, 2, 2);
        Sharp test = new Sharp(random, 60_000, 2, 2);
        CalibrationSample sample = new CalibrationSample(CLASSES, 60_000);
        sample.add(fit.truth, fit.evidence);
        CalibrationMap map = CalibrationMap.of(method.fit(sample), CLASSES);
        SegmentationEvidence calibrated = map.apply(test.evidence);
        double before = error(test.truth, test.evidence);
        double after = error(test.truth, calibrated);
        assertTrue(before > 0.15, "before " + before);
        assertTrue(after < 0.02, "after " + after);
        assertTrue(loss(test.truth, calibrated) < loss(test.truth, test.evidence));
        assertEquals(calibrated.classes(), test.evidence.classes());
        int pixels = calibrated.pixels();
        for (int i = 0; i < pixels; i++) {
            int sum = calibrated.probability()[i] & 0xFF;
            for (int k = 1; k < TOP_K; k++) {
                int level = calibrated.probability()[k * pixels + i] & 0xFF;
                assertTrue(level <= (calibrated.probability()[(k - 1) * pixels + i] & 0xFF));
                sum += level;
            }
            assertTrue(sum <= 257, "sum " + sum);
        }
    }

    @Test
    public void theTemperatureIsFound() {
        Random random = new Random(5);
        Sharp sharp = new Sharp(random, 80_000, 1.7, 0.8);
        CalibrationSample sample = new CalibrationSample(CLASSES, 80_000);
        sample.add(sharp.truth, sharp.evidence);
        List<Double> temperatures =
                CalibrationMethod.PER_CLASS.fit(sample).parameters().get("temperature");
        assertEquals(temperatures.get(0), 0.8, 0.1);
        for (int label = 1; label < CLASSES; label++) {
            assertEquals(temperatures.get(label), 1.7, 0.15);
        }
        Sharp even = new Sharp(random, 80_000, 1.7, 1.7);
        CalibrationSample second = new CalibrationSample(CLASSES, 80_000);
        second.add(even.truth, even.evidence);
        assertEquals(
                CalibrationMethod.TEMPERATURE
                        .fit(second)
                        .parameters()
                        .get("temperature")
                        .get(0),
                1.7,
                0.1);
    }

    @Test
    public void temperatureByHand() {
        // Two classes, nothing left: T = 2 of (0.8, 0.2) is √0.8 : √0.2 = 2 : 1
        SegmentationEvidence evidence =
                new SegmentationEvidence(2, new byte[] {1, 0}, new byte[] {(byte) 204, 51}, new byte[1], new byte[1]);
        Calibration two = new Calibration(
                "temperature",
                Map.of(
                        "temperature", List.of(2.0),
                        "topK", List.of(2.0),
                        "meanLevel", java.util.Collections.nCopies(256, 7.0)));
        CalibrationMap map = CalibrationMap.of(two, 2);
        assertEquals(map.apply(evidence).probability(), new byte[] {(byte) 170, 85});
        assertEquals(map.level(1, 204), 7);
    }

    @Test
    public void poolingByHand() {
        double[] ones = {1, 1, 1, 1, 1};
        assertEquals(
                IsotonicFit.pool(ones, new double[] {0.1, 0.5, 0.3, 0.4, 0.9}),
                new double[] {0.1, 0.4, 0.4, 0.4, 0.9},
                1e-12);
        assertEquals(IsotonicFit.pool(new double[] {3, 1}, new double[] {3, 0}), new double[] {0.75, 0.75}, 1e-12);
    }

    @Test
    public void isotonicSharesWhatTheFirstClassLeaves() {
        List<Double> table = new java.util.ArrayList<>(java.util.Collections.nCopies(512, 0.5));
        table.set(204, 0.6);
        CalibrationMap map = CalibrationMap.of(new Calibration("isotonic", Map.of("probability", table)), 2);
        SegmentationEvidence evidence =
                new SegmentationEvidence(2, new byte[] {0, 1}, new byte[] {(byte) 204, 51}, new byte[1], new byte[1]);
        assertEquals(map.apply(evidence).probability(), new byte[] {(byte) 153, 102});
        assertEquals(map.level(0, 204), 153);
    }

    @Test
    public void aDamagedCalibrationIsRefused() {
        for (Calibration calibration : List.of(
                new Calibration("magic", Map.of()),
                new Calibration("isotonic", Map.of("probability", List.of(0.5))),
                new Calibration("temperature", Map.of("temperature", List.of(1.0))),
                new Calibration(
                        "temperature",
                        Map.of(
                                "temperature", List.of(-1.0),
                                "topK", List.of(2.0),
                                "meanLevel", java.util.Collections.nCopies(256, 7.0))))) {
            expectThrows(DataException.class, () -> CalibrationMap.of(calibration, 2));
        }
    }

    private static double error(LabelMap truth, SegmentationEvidence evidence) {
        ConfidenceTable table = new ConfidenceTable(CLASSES);
        table.add(truth, evidence);
        return table.calibrationError();
    }

    private static double loss(LabelMap truth, SegmentationEvidence evidence) {
        ProbabilityErrors errors = new ProbabilityErrors(CLASSES);
        errors.add(truth, evidence);
        return errors.negativeLogLikelihood();
    }
}
