/**
 * {@code understudy dataset}: makes, imports and checks data sets. One class a command; the work is in module dataset.
 */
@NullMarked
package dev.understudy.cli.dataset;

import org.jspecify.annotations.NullMarked;
