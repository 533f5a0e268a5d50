package dev.understudy.trainer.loss;

/**
 * A loss and its derivative.
 *
 * @param value not negative; 0 if there was nothing to learn; may be NaN or infinite if the network's output is
 * @param gradient by the network's output, in its shape
 */
public record LossTerm(double value, OutputMap gradient) {}
