/**
 * NumPy's {@code .npy} files, for tensors that come from or go to Python. Start at {@link
 * dev.understudy.dataset.npy.NpyFile}.
 */
@NullMarked
package dev.understudy.dataset.npy;

import org.jspecify.annotations.NullMarked;
