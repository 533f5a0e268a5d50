/**
 * Annotated frames of labels that people have corrected in another tool: COCO's object format and CVAT's archive. Start
 * at {@link dev.understudy.dataset.imports.corrections.CorrectionsImport}.
 */
@NullMarked
package dev.understudy.dataset.imports.corrections;

import org.jspecify.annotations.NullMarked;
