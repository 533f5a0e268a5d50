package dev.understudy.trainer.loss;

/** What the sum of cross-entropies is divided by. */
public enum Normalisation {
    /** Labelled pixels, whatever their weight: a frame with few trusted pixels counts little. */
    VALID,
    /** Labelled pixels of a weight above 0: the trusted pixels share the whole loss. */
    KEPT,
    /** The sum of weights, class weights among them, as PyTorch does. */
    WEIGHTED,
    /** All pixels, labelled or not. */
    ALL
}
