/**
 * How far a difference between two models is from chance. Frames of one recording are not independent of each other, so
 * what is drawn anew, and counted, are scenes: {@link dev.understudy.evaluation.comparison.PairedBootstrap}. Where
 * several metrics or models are looked at, {@link dev.understudy.evaluation.comparison.Holm} corrects for that.
 */
@NullMarked
package dev.understudy.evaluation.comparison;

import org.jspecify.annotations.NullMarked;
