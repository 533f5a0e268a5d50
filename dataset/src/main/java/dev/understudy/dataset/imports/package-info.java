/**
 * Other people's files → a folder with a manifest. Start at {@link dev.understudy.dataset.imports.ListImport}, which
 * takes every layout that can be written down as a list or as parallel folders.
 *
 * <p>An importer validates as it goes, leaves out what is broken and says why, writes every file atomically, and can be
 * run again after an interruption: what is there already and was made with the same options is not made again. The
 * options are kept beside the manifest as {@code import.yaml}.
 *
 * <p>{@link dev.understudy.dataset.imports.CorrectionsImport} takes labels that people have corrected in another tool,
 * in COCO's object format or as CVAT's archive.
 */
@NullMarked
package dev.understudy.dataset.imports;

import org.jspecify.annotations.NullMarked;
