package dev.understudy.pipeline.ablate.result;

/**
 * One student of an ablation.
 *
 * @param labels name of the choice that it learned from
 * @param normalisation of its loss; several where they come to the same, as in {@code kept = weighted}
 * @param fingerprint of all that decides it: the name of its folder
 */
public record StudentResult(String labels, String normalisation, long seed, String fingerprint, StudentScores scores) {}
