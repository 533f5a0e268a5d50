/**
 * Recipes: YAML files that become immutable records, and the one exception that tells a user what is wrong with them.
 *
 * <p>Start at {@link dev.understudy.conf.ConfigurationLoader}. A configuration record lives beside what it configures,
 * gives defaults by {@link dev.understudy.conf.Default}, checks its ranges by {@link dev.understudy.conf.Checks}, and
 * is written out again by {@link dev.understudy.conf.ConfigurationWriter}. Every other module may use this package; it
 * uses none.
 */
@NullMarked
package dev.understudy.conf;

import org.jspecify.annotations.NullMarked;
