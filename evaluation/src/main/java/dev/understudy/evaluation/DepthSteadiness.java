package dev.understudy.evaluation;

import dev.understudy.dataset.frame.Reprojection;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.evaluation.EvaluationOptions.DepthRange;
import dev.understudy.evaluation.Metric.Direction;
import dev.understudy.evaluation.Metric.Unit;
import dev.understudy.evaluation.Metric.Use;
import dev.understudy.evaluation.MetricFamily.SequenceMetricFamily;
import dev.understudy.evaluation.MetricFamily.SequenceMetricFamily.Answered;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether predicted depth tells of the same surfaces from view to view. TAE, the temporal alignment error (Video Depth
 * Anything, CVPR 2025): of two frames in a row, the depth that is predicted in one is moved into the other by their
 * poses and compared with what is predicted there, relative to that, both ways. Pixels are followed by measured depth;
 * predictions between pixels are interpolated as 1/depth, which is exact on planes.
 */
public final class DepthSteadiness implements SequenceMetricFamily {
    static final String KEY = "depth-steadiness";

    private static final int PIXELS = 0;
    private static final int RELATIVE = 1;

    /** Mean |moved − predicted| ÷ predicted, over both ways. */
    public static final Metric TAE = new Metric(
            KEY,
            new Metric.Names("tae", "TAE", "tae"),
            Unit.SHARE,
            Direction.LOWER,
            Set.of(Use.COMPARISON, Use.VALIDATION),
            (sums, scope) -> sums[RELATIVE] / sums[PIXELS]);

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public Task task() {
        return Task.DEPTH;
    }

    @Override
    public List<Metric> metrics() {
        return List.of(TAE);
    }

    @Override
    public boolean isAskedFor(EvaluationOptions options) {
        return options.sequences() && options.depthRange() != null;
    }

    @Override
    public int reach() {
        return 1;
    }

    @Override
    public double @Nullable [] count(Answered frame, List<Answered> earlier, EvaluationOptions options) {
        if (frame.prediction().depth() == null || earlier.isEmpty()) {
            return null;
        }
        double[] sums = new double[2];
        DepthRange range = Objects.requireNonNull(options.depthRange());
        count(frame, earlier.get(0), range, sums);
        count(earlier.get(0), frame, range, sums);
        return sums;
    }

    private static void count(Answered from, Answered to, DepthRange range, double[] sums) {
        @Nullable
        Reprojection views = Reprojection.between(from.frame(), to.frame()).orElse(null);
        DepthMap predicted = from.prediction().depth();
        DepthMap predictedThere = to.prediction().depth();
        if (views == null || predicted == null || predictedThere == null) {
            return;
        }
        Reprojection.Place place = new Reprojection.Place();
        for (int pixel = 0; pixel < predicted.metres().length; pixel++) {
            if (range.holds(Objects.requireNonNull(from.frame().depth()).metres()[pixel]) && views.look(pixel, place)) {
                double there = between(predictedThere, place.column(), place.row(), range);
                double moved = views.depthOf(pixel, clamped(predicted.metres()[pixel], range), place);
                sums[PIXELS]++;
                sums[RELATIVE] += Math.abs(moved - there) / there;
            }
        }
    }

    /** Of the four pixels around a place. */
    private static double between(DepthMap map, double column, double row, DepthRange range) {
        int left = (int) Math.min(column, Math.max(0, map.width() - 2));
        int top = (int) Math.min(row, Math.max(0, map.height() - 2));
        int right = Math.min(left + 1, map.width() - 1);
        int bottom = Math.min(top + 1, map.height() - 1);
        double x = column - left;
        double y = row - top;
        double above = (1 - x) / at(map, left, top, range) + x / at(map, right, top, range);
        double below = (1 - x) / at(map, left, bottom, range) + x / at(map, right, bottom, range);
        return 1 / ((1 - y) * above + y * below);
    }

    private static double at(DepthMap map, int column, int row, DepthRange range) {
        return clamped(map.metres()[row * map.width() + column], range);
    }

    /** As {@link DepthErrors} takes predictions: no pixel is avoided by not answering it. */
    private static double clamped(double metres, DepthRange range) {
        double lowest = Math.max(DepthErrors.FLOOR, range.minimum());
        return Double.isFinite(metres) ? Math.min(Math.max(metres, lowest), range.maximum()) : lowest;
    }

    @Override
    public double pixels(double[] sums) {
        return sums[PIXELS];
    }
}
