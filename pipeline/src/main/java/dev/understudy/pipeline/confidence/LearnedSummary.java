package dev.understudy.pipeline.confidence;

import dev.understudy.labeler.reliability.ReliabilityModel;
import dev.understudy.labeler.reliability.ReliabilityScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What learning the reliability of a store came to.
 *
 * @param frames that it was learned from
 * @param folds of them, no scene in two
 * @param guessedScenes frames among them that the manifest names no scene for
 * @param mix how much the trees and the store's own probabilities have to say
 * @param score cross-validated
 */
public record LearnedSummary(
        int frames, int folds, int guessedScenes, ReliabilityModel.Mix mix, ReliabilityScore score) {
    public static LearnedSummary of(ReliabilityModel model) {
        return new LearnedSummary(
                model.folds().size(), model.learners().size() - 1, model.guessedScenes(), model.mix(), model.score());
    }

    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "learned from %d frames in %d folds, %.1f %% of %d labels right",
                frames,
                folds,
                100 * score.accuracy(),
                score.cells()));
        if (guessedScenes > 0) {
            lines.add(guessedScenes + " of them have no scene; frames whose ids follow each other were taken for one");
        }
        lines.add(String.format(Locale.ROOT, "%-14s %8s %8s", "", "AURC", "ECE"));
        lines.add(line("as stored", score.plainArea(), score.plainError()));
        lines.add(line("learned", score.area(), score.error()));
        lines.add(String.format(
                Locale.ROOT,
                "log-odds are %.2f of the trees' and %.2f of the stored, %+.2f",
                mix.trees(),
                mix.own(),
                mix.shift()));
        return lines;
    }

    private static String line(String name, double area, double error) {
        return String.format(Locale.ROOT, "%-14s %8.4f %6.2f %%", name, area, 100 * error);
    }
}
