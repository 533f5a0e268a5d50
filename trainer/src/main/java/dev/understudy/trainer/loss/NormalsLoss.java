package dev.understudy.trainer.loss;

/** What recipes may name under {@code loss.normals}. */
public sealed interface NormalsLoss extends PixelLoss permits CosineNormals {}
