/**
 * What lies around a pixel, for whoever learns from labels: a frame in cells of 8×8 pixels, what picture and depth say
 * of each cell, and what an expert's evidence says of it, its surroundings and the whole frame. Start at {@link
 * dev.understudy.labeler.context.CellFeatures} and {@link dev.understudy.labeler.context.EvidenceWindows}.
 *
 * <p>Everything is plain arithmetic over primitive arrays in time linear in the pixels; the same frame gives the same
 * numbers on every machine and thread. Planes are [rows,columns] of a {@link dev.understudy.labeler.context.CellGrid},
 * row-major.
 */
@NullMarked
package dev.understudy.labeler.context;

import org.jspecify.annotations.NullMarked;
