package dev.understudy.trainer.progress;

import java.util.List;

/**
 * A validation.
 *
 * @param step of the whole run after which it was made
 * @param epoch of the stage, fractional
 * @param scores the first of each task is the one that decides
 * @param best whether these weights are now the best
 */
public record ValidationReport(String stage, long step, double epoch, List<Score> scores, boolean best) {
    public ValidationReport {
        scores = List.copyOf(scores);
    }
}
