package dev.understudy.model.inference;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From 40 logits at 160×120 to evidence at 640×480, on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ReductionBenchmark {
    private static final int CLASSES = 40;
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;

    @Param({"BILINEAR", "BICUBIC"})
    private Interpolation interpolation;

    private FeatureMap plain;
    private FeatureMap mirrored;
    private TopKReducer reducer;
    private ClassMerge merge;

    @Setup
    public void prepare() {
        plain = logits(1, false);
        mirrored = logits(2, true);
        reducer = new TopKReducer(3, interpolation, 1);
        int[] target = new int[CLASSES];
        Arrays.setAll(target, i -> i % 6);
        merge = new ClassMerge(target);
    }

    /** As spread as those of a trained network. */
    private static FeatureMap logits(long seed, boolean mirrored) {
        Random random = new Random(seed);
        float[] values = new float[WIDTH / 4 * HEIGHT / 4 * CLASSES];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (3 * random.nextGaussian());
        }
        return new FeatureMap(WIDTH / 4, HEIGHT / 4, CLASSES, values, mirrored);
    }

    @Benchmark
    public SegmentationEvidence oneView() {
        return reducer.reduce(List.of(plain), WIDTH, HEIGHT, ClassMerge.none(CLASSES));
    }

    @Benchmark
    public SegmentationEvidence twoViews() {
        return reducer.reduce(List.of(plain, mirrored), WIDTH, HEIGHT, ClassMerge.none(CLASSES));
    }

    @Benchmark
    public SegmentationEvidence oneViewMerged() {
        return reducer.reduce(List.of(plain), WIDTH, HEIGHT, merge);
    }

    @Benchmark
    public LabelMap winners() {
        return reducer.winners(plain, WIDTH, HEIGHT);
    }

    /** What the reduction avoids: all logits at full size. */
    @Benchmark
    public float[] resizeAll() {
        return plain.resize(WIDTH, HEIGHT, interpolation);
    }
}
