package dev.understudy.retrain.measure;

import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.sealed.SealedJson;
import dev.understudy.model.benchmark.Durations;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How long two students take for a frame. Each frame is given to both, one right after the other, and their ratio is
 * taken there: whatever else the machine does, it does to both. Times that were taken a step or a night apart say
 * nothing of two networks.
 *
 * @param champion milliseconds, the median
 * @param challenger the champion's times the median ratio
 */
public record Latencies(double champion, double challenger) {
    /** How they are kept in files. */
    public static final SealedJson<Latencies> FORMAT = new SealedJson<>("understudy-latencies", 1, Latencies.class);

    private static final int FRAMES = 16;

    /** On the first frames of a set; the very first is for warming up. */
    public static Latencies inTurn(StudentNetwork champion, StudentNetwork challenger, EvaluationSet set) {
        Manifest frames = set.frames().filter(EvaluationSet::isAnnotated);
        FrameSource source = new DiskFrameSource(frames);
        List<Double> first = new ArrayList<>();
        List<Double> second = new ArrayList<>();
        try (FramePredictor one = champion.in(champion.classesOf(frames));
                FramePredictor other = challenger.in(challenger.classesOf(frames))) {
            for (int i = -1; i < Math.min(FRAMES, source.size()); i++) {
                Frame frame = source.read(Math.max(i, 0));
                double a = millis(one, frame);
                double b = millis(other, frame);
                if (i >= 0) {
                    first.add(a);
                    second.add(b);
                }
            }
        }
        return of(first, second);
    }

    /** From times in the same order. */
    static Latencies of(List<Double> champion, List<Double> challenger) {
        double median = Durations.median(champion);
        List<Double> ratios = IntStream.range(0, champion.size())
                .mapToObj(i -> challenger.get(i) / champion.get(i))
                .toList();
        return new Latencies(median, median * Durations.median(ratios));
    }

    private static double millis(FramePredictor predictor, Frame frame) {
        long start = System.nanoTime();
        predictor.predict(frame);
        return (System.nanoTime() - start) * 1e-6;
    }
}
