package dev.understudy.model.benchmark;

import dev.understudy.model.benchmark.NetworkBenchmark.BenchmarkSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
                "network rate    %9.1f GFLOP/s of %.1f GFLOP a frame", gigaflops / networkMillis * 1000, gigaflops));
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
