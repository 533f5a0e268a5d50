/** Is a data set what its manifest says? Start at {@link dev.understudy.dataset.check.DatasetCheck}. */
@NullMarked
package dev.understudy.dataset.check;

import org.jspecify.annotations.NullMarked;
