/**
 * MATLAB's files, read as what they are: files from strangers. {@link
 * dev.understudy.dataset.imports.matlab.MatVersion5} reads small ones of version 5, {@code MatVersion73} the big ones,
 * which are HDF5, slice by slice.
 */
@NullMarked
package dev.understudy.dataset.imports.matlab;

import org.jspecify.annotations.NullMarked;
