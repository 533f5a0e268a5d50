/** The labelled part of NYU Depth v2. Start at {@link dev.understudy.dataset.imports.nyud.NyudImport}. */
@NullMarked
package dev.understudy.dataset.imports.nyud;

import org.jspecify.annotations.NullMarked;
