/**
 * Recipes: YAML files that become immutable records, and the one exception that tells a user what is wrong with them.
 *
 * <p>Start at {@link dev.understudy.conf.ConfigurationException}. Every other module may use this package; it uses none.
 */
@NullMarked
package dev.understudy.conf;

import org.jspecify.annotations.NullMarked;
