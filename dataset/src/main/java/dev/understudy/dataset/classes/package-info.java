/**
 * What the indices of a label map mean. Start at {@link dev.understudy.dataset.classes.ClassSpace}; the built-in ones
 * are {@code conf/classes/*.yaml}, and a user's own file may stand wherever a name may.
 */
@NullMarked
package dev.understudy.dataset.classes;

import org.jspecify.annotations.NullMarked;
