package dev.understudy.model.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.model.benchmark.MemoryTrend.ProcessMemory;
import dev.understudy.model.benchmark.NetworkBenchmark.BenchmarkSetup;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.inference.ClassMerge;
import dev.understudy.model.inference.FeatureMap;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.model.inference.Interpolation;
import dev.understudy.model.inference.NetworkPredictor.ImageInput;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.inference.TopKReducer;
import dev.understudy.model.inference.View;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import dev.understudy.model.network.NetworkWeights;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures a network with fresh weights: speed does not depend on what they say. Every round runs the matrix product,
 * all stages and the plain form in turn, and ratios are taken within a round, so that a machine that others use too
 * still gives ratios that hold.
 */
public final class NetworkBenchmark {
    private static final int TOP_K = 3;
    private static final int MATRIX = 1024;
    static final int WARM_UP_FRAMES = 5;

    private final BenchmarkSetup setup;
    private final @Nullable Supplier<RgbImage> decode;
    private final @Nullable FrameEncoder encoder;

    private final Durations matrix = new Durations();
    private final Durations decoding = new Durations();
    private final Durations network = new Durations();
    private final Durations reducing = new Durations();
    private final Durations encoding = new Durations();
    private final Durations plain = new Durations();
    private final List<Double> shares = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();

    /**
     * @param decode reads a picture of the setup's size; null = not measured
     * @param encoder writes evidence; null = not measured
     */
    public NetworkBenchmark(BenchmarkSetup setup, @Nullable Supplier<RgbImage> decode, @Nullable FrameEncoder encoder) {
        this.setup = setup;
        this.decode = decode;
        this.encoder = encoder;
    }

    /** Takes rounds · (time of both forms), and twice the weights' memory. */
    public BenchmarkReport run() {
        Checkpoint weights = weights();
        double gigaflops =
                setup.architecture().graph(setup.heads()).multiplications(setup.width(), setup.height()) * 2e-9;
        double peak = peakOf(() -> open(weights, false), weights);
        double plainPeak = setup.plain() ? peakOf(() -> open(weights, true), weights) : Double.NaN;
        try (InferenceNetwork fast = open(weights, false);
                InferenceNetwork slow = setup.plain() ? open(weights, true) : fast.lent();
                NDManager manager = fast.newManager()) {
            NDArray a = manager.randomNormal(new Shape(MATRIX, MATRIX));
            NDArray b = manager.randomNormal(new Shape(MATRIX, MATRIX));
            round(fast, slow, a, b, gigaflops);
            warmUp(fast);
            forget();
            for (int i = 0; i < setup.rounds(); i++) {
                round(fast, slow, a, b, gigaflops);
            }
        }
        return new BenchmarkReport(
                setup,
                decoding.median(),
                network.median(),
                reducing.median(),
                encoding.median() / (encoder == null ? 1 : encoder.frames()),
                plain.median(),
                gigaflops,
                2e-6 * MATRIX * MATRIX * MATRIX / matrix.median(),
                Durations.median(shares),
                Durations.median(ratios),
                peak,
                plainPeak);
    }

    /** Runs frames in a row, as many as are needed to see whether memory grows: 10 or more. */
    public MemoryTrend soak(int frames) {
        MemoryWatch memory = new MemoryWatch(frames);
        TopKReducer reducer = new TopKReducer(TOP_K, Interpolation.BICUBIC, setup.threads());
        RgbImage image = picture(1);
        try (InferenceNetwork fast = open(weights(), false)) {
            for (int i = 0; i < frames; i++) {
                FeatureMap logits = forward(fast, image);
                reducer.reduce(List.of(logits), setup.width(), setup.height(), ClassMerge.none(logits.channels()));
                memory.look();
            }
        }
        return memory.trend();
    }

    private void round(InferenceNetwork fast, InferenceNetwork slow, NDArray a, NDArray b, double gigaflops) {
        NativeEngine.useThreads(setup.threads());
        matrix.time(() -> a.matMul(b).close());
        RgbImage[] image = {picture(1)};
        if (decode != null) {
            decoding.time(() -> image[0] = decode.get());
        }
        FeatureMap[] output = new FeatureMap[1];
        network.time(() -> output[0] = forward(fast, image[0]));
        shares.add(gigaflops / network.last() / (2e-9 * MATRIX * MATRIX * MATRIX / matrix.last()));
        reduceAndEncode(output[0]);
        if (setup.plain()) {
            plain.time(() -> forward(slow, image[0]));
            ratios.add(plain.last() / network.last());
        }
    }

    /** A job reduces and encodes thousands of frames; the first few run in code that is not compiled yet. */
    private void warmUp(InferenceNetwork network) {
        FeatureMap output = forward(network, picture(1));
        for (int i = 0; i < WARM_UP_FRAMES; i++) {
            reduceAndEncode(output);
        }
    }

    private void reduceAndEncode(FeatureMap output) {
        FeatureMap logits = likeTrained(output);
        TopKReducer reducer = new TopKReducer(TOP_K, Interpolation.BICUBIC, setup.threads());
        SegmentationEvidence[] evidence = new SegmentationEvidence[1];
        reducing.time(() -> evidence[0] =
                reducer.reduce(List.of(logits), setup.width(), setup.height(), ClassMerge.none(logits.channels())));
        if (encoder != null) {
            encoding.time(() -> encoder.encode().accept(evidence[0]));
        }
    }

    private void forget() {
        List.of(matrix, decoding, network, reducing, encoding, plain).forEach(Durations::clear);
        shares.clear();
        ratios.clear();
    }

    /** The head's output; segmentation if there is such a head. */
    private static FeatureMap forward(InferenceNetwork network, RgbImage image) {
        try (NDManager manager = network.newManager()) {
            Map<Task, NDArray> outputs =
                    network.forward(new ImageInput(Preprocessing.EXPERT).of(image, View.PLAIN, manager));
            return FeatureMap.of(outputs.values().iterator().next(), 0, false);
        }
    }

    /** Fresh weights give logits of any size; the softmax's work depends on it. */
    private static FeatureMap likeTrained(FeatureMap output) {
        Random random = new Random(1);
        float[] values = new float[output.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (3 * random.nextGaussian());
        }
        return new FeatureMap(output.width(), output.height(), output.channels(), values, false);
    }

    private double peakOf(Supplier<InferenceNetwork> open, Checkpoint weights) {
        long weightBytes = weights.tensors().values().stream()
                .mapToLong(t -> 4L * t.elements())
                .sum();
        try (InferenceNetwork opened = open.get()) {
            NativeEngine.releaseFreedBlocks();
            long before = ProcessMemory.resident();
            ProcessMemory.resetPeak();
            forward(opened, picture(1));
            long peak = ProcessMemory.peak();
            return before < 0 || peak < 0 ? Double.NaN : (double) weightBytes + Math.max(0, peak - before);
        } finally {
            NativeEngine.releaseFreedBlocks();
        }
    }

    private InferenceNetwork open(Checkpoint weights, boolean plainForm) {
        return plainForm
                ? InferenceNetwork.plain(
                        setup.architecture(), setup.heads(), weights, NativeEngine.cpu(), setup.threads())
                : InferenceNetwork.of(
                        NetworkWeights.of(setup.architecture(), setup.heads(), weights),
                        NativeEngine.cpu(),
                        setup.threads(),
                        setup.precision());
    }

    private Checkpoint weights() {
        try (Network fresh = setup.architecture().create(setup.heads(), NativeEngine.cpu(), 1)) {
            return fresh.snapshot();
        }
    }

    private RgbImage picture(long seed) {
        byte[] rgb = new byte[setup.width() * setup.height() * 3];
        new Random(seed).nextBytes(rgb);
        return new RgbImage(setup.width(), setup.height(), rgb);
    }

    /**
     * What to measure.
     *
     * @param width of the pictures, pixels
     * @param height of the pictures, pixels
     * @param threads for every stage
     * @param rounds measured, after one that is not; each runs every stage once, so that all see the same machine
     * @param plain whether to measure the plain form too
     * @param precision of the network; the plain form is always float32
     */
    @RecordBuilder
    public record BenchmarkSetup(
            Architecture architecture,
            Heads heads,
            int width,
            int height,
            int threads,
            int rounds,
            boolean plain,
            Precision precision) {
        public BenchmarkSetup {
            if (width < 1 || height < 1 || (long) width * height > 1 << 26) {
                throw new ConfigurationException("size: " + width + "x" + height + ", expected 1x1 to 64 megapixels");
            }
            if (threads < 1 || rounds < 1) {
                throw new ConfigurationException(threads + " threads, " + rounds + " rounds: expected at least 1");
            }
        }
    }

    /**
     * How a benchmark writes evidence down: several frames in one shard, whose files are forced to disk and read back
     * once.
     *
     * @param frames how often one call of {@code encode} writes the evidence
     * @param encode writes the evidence of one frame as that of all frames of a shard
     */
    public record FrameEncoder(int frames, Consumer<SegmentationEvidence> encode) {}

    /** Looks at this process's memory after each frame or training step. For one thread. */
    public static final class MemoryWatch {
        private final long[] resident;
        private final long[] heap;
        private int looks;

        /** @param looks at most */
        public MemoryWatch(int looks) {
            this.resident = new long[looks];
            this.heap = new long[looks];
        }

        public void look() {
            resident[looks] = ProcessMemory.resident();
            heap[looks++] = Runtime.getRuntime().totalMemory();
        }

        /** After 10 looks or more. */
        public MemoryTrend trend() {
            return MemoryTrend.of(Arrays.copyOf(resident, looks), Arrays.copyOf(heap, looks));
        }
    }

    /**
     * Medians over all rounds of one run.
     *
     * @param decodeMillis NaN if not measured, as all other figures
     * @param networkMillis the inference form, input to raw outputs
     * @param reduceMillis raw outputs to top-k evidence at full size, on logits with the spread of a trained network's
     * @param plainMillis the plain form, input to raw outputs
     * @param gigaflops one forward pass's multiplications and additions, 10⁹
     * @param matrixRate of a 1024×1024 product on the same threads, 10⁹ operations a second
     * @param shareOfMatrixRate the network's rate over the matrix rate of the same round
     * @param plainOverNetwork time of the plain form over that of the inference form in the same round
     * @param peakBytes weights and the most memory that a forward pass took on top
     */
    public record BenchmarkReport(
            BenchmarkSetup setup,
            double decodeMillis,
            double networkMillis,
            double reduceMillis,
            double encodeMillis,
            double plainMillis,
            double gigaflops,
            double matrixRate,
            double shareOfMatrixRate,
            double plainOverNetwork,
            double peakBytes,
            double plainPeakBytes) {

        /** If the stages run one after the other. */
        public double framesPerSecond() {
            return 1000 / (zeroIfNaN(decodeMillis) + networkMillis + reduceMillis + zeroIfNaN(encodeMillis));
        }

        /** Reduction and encoding over the network's time. */
        public double overheadShare() {
            return (reduceMillis + zeroIfNaN(encodeMillis)) / networkMillis;
        }

        /** As people read it. */
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add(format(
                    "%s %d×%d, %d threads, %s, median of %d rounds",
                    setup.architecture().key(),
                    setup.width(),
                    setup.height(),
                    setup.threads(),
                    setup.precision().ofBuiltIn().key(),
                    setup.rounds()));
            lines.add(format("frames/s        %9.2f", framesPerSecond()));
            stage(lines, "decode", decodeMillis);
            stage(lines, "network", networkMillis);
            stage(lines, "reduce", reduceMillis);
            stage(lines, "encode", encodeMillis);
            lines.add(format("reduce + encode %9.1f %% of the network", 100 * overheadShare()));
            lines.add(format(
                    "network rate    %9.1f GFLOP/s of %.1f GFLOP a frame",
                    gigaflops / networkMillis * 1000, gigaflops));
            lines.add(format(
                    "matrix rate     %9.1f GFLOP/s; the network reaches %.0f %%", matrixRate, 100 * shareOfMatrixRate));
            lines.add(format("peak memory     %9.0f MB", peakBytes / 1e6));
            if (setup.plain()) {
                lines.add(format("plain form      %9.1f ms, %.2f× the network", plainMillis, plainOverNetwork));
                lines.add(format(
                        "plain peak      %9.0f MB; the network takes %.0f %% of it",
                        plainPeakBytes / 1e6, 100 * peakBytes / plainPeakBytes));
            }
            return lines;
        }

        private static void stage(List<String> lines, String name, double millis) {
            if (!Double.isNaN(millis)) {
                lines.add(format("%-15s %9.1f ms", name, millis));
            }
        }

        private static double zeroIfNaN(double value) {
            return Double.isNaN(value) ? 0 : value;
        }

        private static String format(String format, Object... arguments) {
            return String.format(Locale.ROOT, format, arguments);
        }
    }
}
