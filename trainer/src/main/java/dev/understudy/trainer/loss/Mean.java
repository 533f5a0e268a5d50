package dev.understudy.trainer.loss;

/** Over which pixels a regression loss takes its mean. */
public enum Mean {
    /** Pixels that carry a measurement: what a user expects. */
    VALID,
    /** All pixels of the batch, as the authors' code does: a half-empty map counts half. */
    ALL
}
