package dev.understudy.labeler.calibration;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Annotated pixels by scene and by how surely their label was held to be right. Not safe for use by several threads.
 */
public final class SceneCounts {
    /** Steps of confidence; thresholds are multiples of one over this. */
    static final int STEPS = 1000;

    private final Map<String, Scene> scenes = new TreeMap<>();

    /** Pixels of one scene by the step of their confidence. */
    static final class Scene {
        final long[] all = new long[STEPS + 1];
        final long[] wrong = new long[STEPS + 1];
        /** Pixels that have no confidence: they are never kept. */
        long dropped;
        /** Sums of both from each step on, made when they are first asked for. */
        private long @Nullable [][] from;

        long pixels() {
            long sum = dropped;
            for (long count : all) {
                sum += count;
            }
            return sum;
        }

        /** Wrong pixels less {@code wrongShare} of all that are kept, over all pixels of the scene. */
        double excess(int step, double wrongShare) {
            long[][] sums = from;
            if (sums == null) {
                sums = new long[][] {summed(all), summed(wrong)};
                from = sums;
            }
            return (sums[1][step] - wrongShare * sums[0][step]) / (sums[0][0] + dropped);
        }

        private static long[] summed(long[] counts) {
            long[] sums = new long[STEPS + 1];
            long sum = 0;
            for (int step = STEPS; step >= 0; step--) {
                sum += counts[step];
                sums[step] = sum;
            }
            return sums;
        }
    }

    /** @param confidence that the label is right, 0–1 */
    public void add(String scene, double confidence, boolean isRight) {
        Scene counts = scenes.computeIfAbsent(scene, name -> new Scene());
        int step = (int) (Math.min(Math.max(confidence, 0), 1) * STEPS + 1e-6);
        counts.from = null;
        counts.all[step]++;
        counts.wrong[step] += isRight ? 0 : 1;
    }

    /** A pixel that is not kept whatever the threshold. */
    public void addDropped(String scene) {
        scenes.computeIfAbsent(scene, name -> new Scene()).dropped++;
    }

    Collection<Scene> scenes() {
        return scenes.values();
    }

    /** For rising shares the step at or above which that share of all pixels lies at least; the last one is 0. */
    int[] stepsKeeping(List<Double> shares) {
        long[] all = new long[STEPS + 1];
        long pixels = 0;
        for (Scene scene : scenes.values()) {
            for (int i = 0; i <= STEPS; i++) {
                all[i] += scene.all[i];
            }
            pixels += scene.pixels();
        }
        List<Integer> steps = new ArrayList<>();
        int step = STEPS;
        long above = all[STEPS];
        for (double share : shares) {
            while (step > 0 && above < share * pixels) {
                above += all[--step];
            }
            steps.add(step);
        }
        return steps.stream().mapToInt(Integer::intValue).toArray();
    }
}
