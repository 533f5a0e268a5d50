package dev.understudy.retrain.gate;

/**
 * What came of loading the saved file and predicting again what had been predicted when it was evaluated.
 *
 * @param loaded whether the file could be loaded at all
 * @param largestDifference between the two outputs, absolute, over all of them
 * @param detail a line: what was compared, or why it could not be
 */
public record GoldenOutcome(boolean loaded, double largestDifference, String detail) {}
