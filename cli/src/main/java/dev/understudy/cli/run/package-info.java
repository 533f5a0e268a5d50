/**
 * The commands that start one run each: label, fuse, repair, calibrate, filter, ablate, train, evaluate, predict and
 * retrain.
 */
@NullMarked
package dev.understudy.cli.run;

import org.jspecify.annotations.NullMarked;
