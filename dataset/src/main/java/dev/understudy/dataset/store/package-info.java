/**
 * The label store: what experts said of each frame, kept as evidence so that any filter can be tried later without
 * running an expert again. Start at {@link dev.understudy.dataset.store.Evidence}.
 */
@NullMarked
package dev.understudy.dataset.store;

import org.jspecify.annotations.NullMarked;
