/**
 * The labelled part of NYU Depth v2. Start at {@link dev.understudy.dataset.imports.nyud.NyudImport}. MATLAB's files
 * are read as what they are, files from strangers: {@code MatVersion5} reads small ones of version 5, {@code
 * MatVersion73} the big ones, which are HDF5, slice by slice.
 */
@NullMarked
package dev.understudy.dataset.imports.nyud;

import org.jspecify.annotations.NullMarked;
