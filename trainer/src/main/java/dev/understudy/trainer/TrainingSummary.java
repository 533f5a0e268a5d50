package dev.understudy.trainer;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a run left.
 *
 * @param steps in all, those before a resumption among them
 * @param best weights that validated best; there is no such file if nothing was validated
 * @param bestScores their scores, by name such as {@code segmentation.miou}
 * @param last weights at the end
 */
public record TrainingSummary(long steps, Path best, Map<String, Double> bestScores, Path last) {}
