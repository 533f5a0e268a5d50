package dev.understudy.cli.export;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.labeler.filter.PseudoLabel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A frame with the labels that leave.
 *
 * @param index place among the frames that leave, from 0
 * @param folder what the record's paths are relative to
 * @param label class or {@link LabelMap#IGNORE} by pixel, and how much each counts
 * @param reliability mean of the answers' confidence, of those too that were dropped, 0–1
 * @param objects number of the object by pixel, from 1, 0 = none; null if all of a class is one
 */
record LabelledFrame(
        int index,
        FrameRecord record,
        Path folder,
        PseudoLabel label,
        double reliability,
        @Nullable LabelMap objects) {
    int width() {
        return label.labels().width();
    }

    int height() {
        return label.labels().height();
    }

    /** Share of the pixels that have a label, 0–1. */
    double kept() {
        int kept = 0;
        for (byte label : label.labels().classes()) {
            kept += label == (byte) LabelMap.IGNORE ? 0 : 1;
        }
        return (double) kept / label.labels().classes().length;
    }

    /** How much each pixel counts, 0–255. */
    byte[] weights() {
        byte[] weights = new byte[label.weight().length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (byte) Math.round(label.weight()[i] * 255);
        }
        return weights;
    }
}
