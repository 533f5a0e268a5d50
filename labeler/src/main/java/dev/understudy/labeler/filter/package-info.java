/**
 * Which synthetic labels to believe. Start at {@link dev.understudy.labeler.filter.FilterPolicy}: evidence in, a class
 * or "ignore" and a weight per pixel out. {@link dev.understudy.labeler.filter.PolicyRecipe} is what a user writes in
 * YAML.
 *
 * {@link dev.understudy.labeler.filter.FilteredStore} applies one to a store. What policies have made of a frame so far
 * is a {@link dev.understudy.labeler.filter.Judgement}: answers, confidences and weights; each policy goes on from the
 * last.
 *
 * <p>A new policy is a record that {@code PolicyRecipe} permits. What it must know of the whole store it takes from
 * {@link dev.understudy.labeler.filter.FilterContext} when it is built; per frame it sees evidence, picture and depth,
 * and it says which planes of the evidence it reads, since reading is what takes time.
 *
 * <p>{@link dev.understudy.labeler.filter.PolicyComparison} tells what policies are worth where the truth is known, in
 * one pass over the frames for any number of them; {@link dev.understudy.labeler.filter.SegmentQueue} tells what people
 * should look at first: the segments whose correction is worth most.
 */
@NullMarked
package dev.understudy.labeler.filter;

import org.jspecify.annotations.NullMarked;
