/**
 * Annotated frames of labels that people have corrected in another tool, whatever its format. Start at {@link
 * dev.understudy.dataset.imports.corrections.CorrectionsImport}.
 */
@NullMarked
package dev.understudy.dataset.imports.corrections;

import org.jspecify.annotations.NullMarked;
