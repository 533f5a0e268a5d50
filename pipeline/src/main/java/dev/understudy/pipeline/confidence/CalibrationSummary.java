package dev.understudy.pipeline.confidence;

import dev.understudy.evaluation.confidence.ConfidenceTable.ReliabilityBin;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What calibrating a store came to; all scores are of frames that no map was fitted to.
 *
 * @param fittedFrames that the maps were fitted to
 * @param scoredFrames that were held out
 * @param scoredPixels of these with truth and a label
 * @param accuracy share of these whose label is right, which no calibration changes
 * @param chosen name of the method that the store now has
 * @param methods {@code none} first
 */
public record CalibrationSummary(
        int fittedFrames, int scoredFrames, long scoredPixels, double accuracy, String chosen, List<Method> methods) {

    /**
     * @param calibrationError ECE over 15 bins, 0–1
     * @param classCalibrationError mean over classes of each one's ECE
     * @param negativeLogLikelihood in nats
     * @param brier 0–2
     * @param reliability bins that have pixels
     */
    public record Method(
            String name,
            double calibrationError,
            double classCalibrationError,
            double negativeLogLikelihood,
            double brier,
            List<ReliabilityBin> reliability) {}

    public Method method(String name) {
        return methods.stream()
                .filter(method -> method.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "fitted to %d frames, scored on %d others (%d pixels, %.1f %% right)",
                fittedFrames,
                scoredFrames,
                scoredPixels,
                100 * accuracy));
        lines.add(String.format(Locale.ROOT, "%-14s %8s %12s %8s %8s", "", "ECE", "by class", "NLL", "Brier"));
        for (Method method : methods) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-14s %6.2f %% %10.2f %% %8.4f %8.4f%s",
                    method.name(),
                    100 * method.calibrationError(),
                    100 * method.classCalibrationError(),
                    method.negativeLogLikelihood(),
                    method.brier(),
                    method.name().equals(chosen) ? "  (stored)" : ""));
        }
        return lines;
    }
}
