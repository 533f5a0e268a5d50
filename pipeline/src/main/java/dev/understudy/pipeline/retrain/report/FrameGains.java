package dev.understudy.pipeline.retrain.report;

import dev.understudy.dataset.frame.Task;
import dev.understudy.pipeline.retrain.gate.GateMetric;
import dev.understudy.pipeline.retrain.gate.MeasuredSet;
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
    record FrameGain(
            String frame, GateMetric metric, @Nullable Double champion, double challenger, double gain) {}

    /** Best first. */
    static List<FrameGain> of(@Nullable MeasuredSet champion, MeasuredSet challenger) {
        List<FrameGain> gains = new ArrayList<>();
        for (int i = 0; i < challenger.frames().size(); i++) {
            GateMetric metric = metric(challenger, i);
            Double now = metric == null ? null : alone(challenger, i).value(metric);
            Double before = metric == null || champion == null
                    ? null
                    : alone(champion, i).value(metric);
            if (metric != null && now != null && Double.isFinite(now)) {
                double sign = metric.task() == Task.SEGMENTATION ? 1 : -1;
                double from = before == null ? 0 : before;
                gains.add(new FrameGain(challenger.frames().get(i).frame(), metric, before, now, sign * (now - from)));
            }
        }
        gains.sort(Comparator.comparingDouble(FrameGain::gain).reversed());
        return gains;
    }

    private static @Nullable GateMetric metric(MeasuredSet set, int frame) {
        return set.frames().get(frame).segmentation() != null
                ? GateMetric.PIXEL_ACCURACY
                : set.frames().get(frame).depth() != null ? GateMetric.RMSE : null;
    }

    private static MeasuredSet alone(MeasuredSet set, int frame) {
        return new MeasuredSet(
                set.set(), set.digest(), set.classes(), List.of(set.frames().get(frame)));
    }
}
