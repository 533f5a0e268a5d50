package dev.understudy.pipeline.ablate.result;

import java.util.List;

/**
 * The first stage of an ablation.
 *
 * @param labels in the order of the configuration
 * @param disputed ids of the frames on which policies differ most
 */
public record LabelStage(List<LabelScores> labels, List<String> disputed) {
    public LabelStage {
        labels = List.copyOf(labels);
        disputed = List.copyOf(disputed);
    }
}
