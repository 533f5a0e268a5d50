package dev.understudy.evaluation;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What two models did on the same frames, added up by scene. Frames that neither has sums or pixels for are left out;
 * one whose scene is not known is a scene of its own.
 *
 * @param before [scene] sums of one model, of the metric's family
 * @param after those of the other, in the same order
 * @param frames that take part
 * @param alone of these, the frames without a scene, which are taken to be independent of all others
 */
public record ScenePairs(Metric metric, double[][] before, double[][] after, int frames, int alone) {
    /**
     * @param before in the order of {@code after}
     * @param after whose scenes count; those of {@code before} do where it has none
     */
    public static ScenePairs of(Metric metric, List<FrameSums> before, List<FrameSums> after) {
        MetricFamily family = Metrics.family(metric);
        SortedMap<String, double[][]> scenes = new TreeMap<>();
        int frames = 0;
        int alone = 0;
        for (int i = 0; i < before.size(); i++) {
            double[] one = before.get(i).of(metric);
            double[] other = after.get(i).of(metric);
            if (one != null && other != null && (family.pixels(one) > 0 || family.pixels(other) > 0)) {
                String scene = after.get(i).scene() != null
                        ? after.get(i).scene()
                        : before.get(i).scene();
                frames++;
                alone += scene == null ? 1 : 0;
                // No scene has a space in its name, so none is taken for a frame.
                String name = scene == null ? "frame " + after.get(i).frame() : scene;
                double[][] sums = scenes.computeIfAbsent(name, key -> new double[2][one.length]);
                add(sums[0], one);
                add(sums[1], other);
            }
        }
        return new ScenePairs(
                metric,
                scenes.values().stream().map(sums -> sums[0]).toArray(double[][]::new),
                scenes.values().stream().map(sums -> sums[1]).toArray(double[][]::new),
                frames,
                alone);
    }

    private static void add(double[] total, double[] sums) {
        for (int i = 0; i < total.length; i++) {
            total[i] += sums[i];
        }
    }

    public int scenes() {
        return before.length;
    }

    /**
     * How many scenes of one size say as much: (Σ pixels)² ÷ Σ pixels². One long recording among short ones counts for
     * most of the pixels, and then there is little more than one.
     */
    double effectiveScenes() {
        MetricFamily family = Metrics.family(metric);
        double sum = 0;
        double squares = 0;
        for (double[] scene : before) {
            double pixels = family.pixels(scene);
            sum += pixels;
            squares += pixels * pixels;
        }
        return sum * sum / squares;
    }
}
