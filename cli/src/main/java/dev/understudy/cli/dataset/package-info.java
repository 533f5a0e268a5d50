/**
 * {@code understudy dataset} and {@code understudy store}: make, import, look into and check data sets and label
 * stores. One class a command; the work is in modules dataset and store.
 */
@NullMarked
package dev.understudy.cli.dataset;

import org.jspecify.annotations.NullMarked;
