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
 */
@NullMarked
package dev.understudy.labeler.filter;

import org.jspecify.annotations.NullMarked;
