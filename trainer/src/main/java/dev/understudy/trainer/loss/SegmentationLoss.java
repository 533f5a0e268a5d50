package dev.understudy.trainer.loss;

/** What recipes may name under {@code loss.segmentation}. */
public sealed interface SegmentationLoss extends TaskLoss permits CrossEntropy {}
