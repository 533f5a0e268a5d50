package dev.understudy.trainer.loss;

/** What recipes may name under {@code loss.depth}. */
public sealed interface DepthLoss extends PixelLoss permits InverseHuber, AbsoluteError, ScaleInvariantLog {}
