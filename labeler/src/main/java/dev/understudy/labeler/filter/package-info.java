/**
 * Which synthetic labels to believe. Start at {@link dev.understudy.labeler.filter.FilterPolicy}: evidence in, a class or
 * "ignore" and a weight per pixel out. {@link dev.understudy.labeler.filter.PolicyRecipe} is what a user writes in YAML.
 *
 * <p>A new policy is a record that {@code PolicyRecipe} permits. What it must know of the whole store it takes from
 * {@link dev.understudy.labeler.filter.FilterContext#statistics} when it is built; per frame it sees evidence, picture and
 * depth. If it judges regions rather than pixels it overrides {@code FilterPolicy.refine}.
 */
@NullMarked
package dev.understudy.labeler.filter;

import org.jspecify.annotations.NullMarked;
