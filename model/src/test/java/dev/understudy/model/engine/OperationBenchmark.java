package dev.understudy.model.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The operations that a network's time goes into, 256 channels, on all processors; {@code layout} shows what
 * channels-last order is worth.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OperationBenchmark {
    private static final int CHANNELS = 256;

    /** Memory order of pictures; shapes are NCHW in both. */
    public enum Layout {
        CHANNELS_FIRST,
        CHANNELS_LAST
    }

    @Param
    private Layout layout;

    /** Rows; columns are 4/3 of them. */
    @Param({"60", "120"})
    private int rows;

    private NDManager manager;
    private NDArray x;
    private NDArray larger;
    private NDArray square;
    private NDArray depthwise;
    private FusedConvolution fused;

    @Setup
    public void prepare() {
        manager = NativeEngine.newManager(NativeEngine.cpu());
        NativeEngine.useThreads(Runtime.getRuntime().availableProcessors());
        Tensors.gradients(false);
        x = picture(rows);
        larger = picture(2 * rows);
        float[] weight = values(CHANNELS * CHANNELS * 9);
        Shape shape = new Shape(CHANNELS, CHANNELS, 3, 3);
        square = Tensors.create(manager, weight, shape);
        depthwise = Tensors.create(manager, values(CHANNELS), new Shape(CHANNELS, 1, 1, 1));
        fused = new FusedConvolution(
                manager,
                weight,
                shape,
                values(CHANNELS),
                new FusedConvolution.Geometry(1, 1, 1, 1),
                Activation.RELU,
                Precision.FLOAT32);
    }

    @TearDown
    public void close() {
        manager.close();
    }

    private NDArray picture(int height) {
        Shape shape = new Shape(1, CHANNELS, height, height * 4 / 3);
        float[] values = values((int) shape.size());
        return layout == Layout.CHANNELS_LAST ? Tensors.create(manager, values, shape) : manager.create(values, shape);
    }

    private static float[] values(int count) {
        Random random = new Random(1);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    /** 3×3, then the activation as an operation of its own. */
    @Benchmark
    public void convolution() {
        NDArray y = Tensors.convolve(x, square, null, 1, 1, 1, 1);
        Tensors.activateInPlace(y, Activation.RELU);
        y.close();
    }

    /** 3×3 with bias and activation in one pass. */
    @Benchmark
    public void fusedConvolution() {
        fused.apply(x).close();
    }

    @Benchmark
    public void maxPool() {
        Tensors.maxPool(x, 5, 1, 2).close();
    }

    @Benchmark
    public void maxPoolSeparably() {
        Tensors.maxPoolSeparably(x, 5, 1, 2).close();
    }

    @Benchmark
    public void maxima() {
        Tensors.maxima(x, 5, 1, 2).close();
    }

    @Benchmark
    public void upsample() {
        Tensors.upsampleLike(x, larger, false).close();
    }

    /** Depthwise 1×1 as a grouped convolution. */
    @Benchmark
    public void depthwiseConvolution() {
        Tensors.convolve(x, depthwise, null, 1, 0, 1, CHANNELS).close();
    }

    /** Depthwise 1×1 as a product. */
    @Benchmark
    public void depthwiseProduct() {
        Tensors.multiplyChannels(x, depthwise).close();
    }
}
