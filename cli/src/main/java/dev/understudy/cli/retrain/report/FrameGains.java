package dev.understudy.cli.retrain.report;

import dev.understudy.evaluation.DepthMetrics;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.SegmentationMetrics;
import dev.understudy.retrain.gate.MeasuredSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** By how much each frame of a set got better: in pixel accuracy, or in RMSE where there is no segmentation. */
final class FrameGains {
    private FrameGains() {}

    /**
     * @param gain positive = better; without a champion, how good it is, negative for errors
     */
    record FrameGain(String frame, Metric metric, @Nullable Double champion, double challenger, double gain) {}

    /** Best first. */
    static List<FrameGain> of(@Nullable MeasuredSet champion, MeasuredSet challenger) {
        List<FrameGain> gains = new ArrayList<>();
        for (int i = 0; i < challenger.frames().size(); i++) {
            Metric metric = metric(challenger.frames().get(i));
            Double now = metric == null ? null : challenger.value(metric, i);
            Double before = metric == null || champion == null ? null : champion.value(metric, i);
            if (metric != null && now != null && Double.isFinite(now)) {
                double from = before == null ? 0 : before;
                gains.add(
                        new FrameGain(challenger.frames().get(i).frame(), metric, before, now, metric.gain(from, now)));
            }
        }
        gains.sort(Comparator.comparingDouble(FrameGain::gain).reversed());
        return gains;
    }

    private static @Nullable Metric metric(FrameSums frame) {
        return frame.of(SegmentationMetrics.PIXEL_ACCURACY) != null
                ? SegmentationMetrics.PIXEL_ACCURACY
                : frame.of(DepthMetrics.RMSE) != null ? DepthMetrics.RMSE : null;
    }
}
