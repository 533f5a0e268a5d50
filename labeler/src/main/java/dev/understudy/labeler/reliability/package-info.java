/**
 * How likely a store's label is to be right, learned from a few annotated frames (meta-classification; Rottmann et al.,
 * MetaSeg). Start at {@link dev.understudy.labeler.reliability.ReliabilityLearning}, which makes a
 * {@link dev.understudy.labeler.reliability.ReliabilityModel} of a store and its annotated frames;
 * {@link dev.understudy.labeler.reliability.ReliabilityFile} keeps it beside the store, where the policy {@code
 * reliability} finds it.
 *
 * <p>The learner is boosted trees over histograms, by XGBoost. It takes a few seconds, and the same examples give the
 * same trees on one kind of processor. What is written here is how its trees are asked: of a whole frame at once.
 */
@NullMarked
package dev.understudy.labeler.reliability;

import org.jspecify.annotations.NullMarked;
