package dev.understudy.trainer.data;

import dev.understudy.dataset.classes.ClassSlice;

/**
 * Frames of one kind and their share in every batch.
 *
 * @param name as the recipe calls it
 * @param share in (0, 1]; those of a stage sum to 1
 * @param slice the outputs of the segmentation head that these frames use
 */
public record TrainingSource(String name, TrainingSet frames, double share, ClassSlice slice) {}
