package dev.understudy.labeler;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.model.inference.FeatureMap;
import java.util.Arrays;
import java.util.List;

/**
 * The part of a picture that all views have shown to the network, in its pixels. What lies outside was not asked about, so
 * nothing is known of it.
 *
 * @param left first column
 * @param top first row
 * @param right one past the last column
 * @param bottom one past the last row
 */
record SeenPart(int width, int height, int left, int top, int right, int bottom) {
    private static final byte UNSURE = (byte) 255;

    static SeenPart of(List<FeatureMap> views, int width, int height) {
        SeenPart seen = new SeenPart(width, height, 0, 0, width, height);
        for (FeatureMap view : views) {
            int first = view.firstColumn(width);
            int end = view.endColumn(width);
            seen = new SeenPart(
                    width,
                    height,
                    Math.max(seen.left, first),
                    Math.max(seen.top, view.firstRow(height)),
                    Math.min(seen.right, end),
                    Math.min(seen.bottom, view.endRow(height)));
        }
        return seen;
    }

    /** Outside: no class at all, with probability 0 and all the doubt there can be. */
    void forgetOthers(SegmentationEvidence evidence) {
        for (int y = 0; y < height; y++) {
            forEachGap(y, (from, to) -> {
                for (int k = 0; k < evidence.topK(); k++) {
                    int plane = k * evidence.pixels();
                    Arrays.fill(evidence.classes(), plane + from, plane + to, (byte) LabelMap.IGNORE);
                    Arrays.fill(evidence.probability(), plane + from, plane + to, (byte) 0);
                }
                Arrays.fill(evidence.entropy(), from, to, UNSURE);
                Arrays.fill(evidence.agreement(), from, to, (byte) 0);
            });
        }
    }

    /** Outside: no depth. */
    void forgetOthers(DepthEvidence evidence) {
        for (int y = 0; y < height; y++) {
            forEachGap(y, (from, to) -> {
                Arrays.fill(evidence.metres(), from, to, 0);
                Arrays.fill(evidence.spread(), from, to, 0);
            });
        }
    }

    /** Pixels from and to (exclusive) of a run. */
    private interface Run {
        void at(int from, int to);
    }

    private void forEachGap(int y, Run run) {
        int row = y * width;
        if (y < top || y >= bottom || left >= right) {
            run.at(row, row + width);
        } else {
            run.at(row, row + left);
            run.at(row + right, row + width);
        }
    }
}
