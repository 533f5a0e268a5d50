package dev.understudy.cli.export.sequence;

import dev.understudy.dataset.camera.PinholeView;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;

/**
 * A posed frame and what is said of it.
 *
 * @param nanos when it was taken, since the epoch or the sequence's beginning
 */
record PredictedView(long nanos, PinholeView view, RgbImage rgb, DepthMap depth, LabelMap labels) {}
