package dev.understudy.pipeline.ablate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which policy was chosen by annotated frames, and what all of them do there and on the frames that had no say.
 *
 * @param chosen its name; null if none is better than no policy beyond noise
 * @param scenes of the annotated frames
 * @param chosenOn frames that were chosen by
 * @param testedOn frames that were not looked at in choosing
 * @param candidates {@code none} first
 */
public record PolicyChoice(
        @Nullable String chosen, int scenes, int chosenOn, int testedOn, List<Candidate> candidates) {
    /** A policy with the constants that annotated frames chose for it. */
    public record Candidate(
            String policy,
            String recipe,
            double crossedArea,
            AreaGain gain,
            LabelScores chosenOn,
            LabelScores testedOn) {
        private boolean beatsNone() {
            return gain.low > 0;
        }
    }

    /** By how much an area under the risk–coverage curve is smaller, and its interval over scenes. */
    public record AreaGain(double low, double gain, double high) {}

    public static PolicyChoice of(List<Candidate> candidates, int scenes) {
        String chosen = candidates.stream()
                .filter(Candidate::beatsNone)
                .min(Comparator.comparingDouble(Candidate::crossedArea))
                .map(Candidate::policy)
                .orElse(null);
        return new PolicyChoice(chosen, scenes, 0, 0, List.copyOf(candidates));
    }

    public PolicyChoice over(int chosenFrames, int testedFrames) {
        return new PolicyChoice(chosen, scenes, chosenFrames, testedFrames, candidates);
    }

    private Candidate candidate(String name) {
        return candidates.stream()
                .filter(one -> one.policy.equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** As people read it, in Markdown. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (chosen == null) {
            lines.add("No policy beats none beyond noise on the " + frames() + ".");
        } else {
            Candidate best = candidate(chosen);
            lines.add(String.format(
                    Locale.ROOT,
                    "Chosen: %s, %s. AURC %.4f, none %.4f, on the %s.",
                    chosen,
                    best.recipe.replaceAll("\\s+", " "),
                    best.crossedArea,
                    candidates.get(0).crossedArea,
                    frames()));
        }
        lines.add("");
        lines.add(
                "Chosen on " + chosenOn + " annotated frames; tested on " + testedOn
                        + " others, which had no say. Gain: how"
                        + " much smaller the AURC is, cross-validated, with its interval over scenes for all policies at once.");
        lines.add("");
        lines.add("| policy | gain | chosen on: AURC | wrong at 80 % | ECE % | kept % | mIoU % | known |"
                + " tested on: AURC | wrong at 80 % | ECE % | kept % | mIoU % | known |");
        lines.add("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        candidates.forEach(one -> lines.add(String.format(
                Locale.ROOT,
                "| %s | %+.4f [%+.4f, %+.4f] | %s | %s |",
                one.policy,
                one.gain.gain,
                one.gain.low,
                one.gain.high,
                cells(one.chosenOn),
                cells(one.testedOn))));
        return lines;
    }

    private String frames() {
        return chosenOn + " annotated frames of " + scenes + " scenes, cross-validated";
    }

    private static String cells(LabelScores scores) {
        double known = scores.neverSaid().isEmpty() ? scores.keptMeanIou() : scores.knownMeanIou();
        return String.format(
                Locale.ROOT,
                "%.4f | %.1f | %.1f | %.1f | %.1f | %.1f",
                scores.area(),
                100 * scores.wrongAt80(),
                100 * scores.calibrationError(),
                100 * scores.keptShare(),
                100 * scores.keptMeanIou(),
                100 * known);
    }
}
