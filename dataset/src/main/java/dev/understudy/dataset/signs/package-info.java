/**
 * What the values of a data set's files betray of how they are meant, where nothing in the files says it: start at
 * {@link dev.understudy.dataset.signs.DepthSigns} and {@link dev.understudy.dataset.signs.LabelSigns}. Importers and
 * the check ask the same ones. A sign is no proof, so it is told and nothing is done about it.
 */
@NullMarked
package dev.understudy.dataset.signs;

import org.jspecify.annotations.NullMarked;
