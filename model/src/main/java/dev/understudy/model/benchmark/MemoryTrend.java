package dev.understudy.model.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Whether memory grows while frames, or training steps, go by. Judged after the first fifth, in which the JVM still
 * takes what it will keep.
 *
 * @param frames in a row
 * @param firstBytes resident after the first judged frame
 * @param lastBytes resident after the last frame
 * @param bytesPerFrame slope of a straight line through the judged frames
 * @param noiseBytes standard deviation of single frames around that line
 * @param firstHeapBytes the JVM's heap after the first judged frame, which it lets grow and shrink within its own
 *     bounds; what of it was never used is not resident
 * @param lastHeapBytes the same after the last frame
 */
public record MemoryTrend(
        int frames,
        double firstBytes,
        double lastBytes,
        double bytesPerFrame,
        double noiseBytes,
        double firstHeapBytes,
        double lastHeapBytes) {
    private static final int FEWEST = 10;

    /**
     * @param resident bytes after each frame, 10 or more
     * @param heap bytes of the JVM's heap, as many
     */
    static MemoryTrend of(long[] resident, long[] heap) {
        if (resident.length < FEWEST) {
            throw new IllegalArgumentException(resident.length + " frames show no trend, expected at least " + FEWEST);
        }
        long[] judged = Arrays.copyOfRange(resident, resident.length / 5, resident.length);
        double middle = (judged.length - 1) / 2.0;
        double mean = Arrays.stream(judged).average().orElseThrow();
        double products = 0;
        double squares = 0;
        for (int i = 0; i < judged.length; i++) {
            products += (i - middle) * (judged[i] - mean);
            squares += (i - middle) * (i - middle);
        }
        double slope = products / squares;
        double residuals = 0;
        for (int i = 0; i < judged.length; i++) {
            double residual = judged[i] - mean - slope * (i - middle);
            residuals += residual * residual;
        }
        return new MemoryTrend(
                resident.length,
                judged[0],
                judged[judged.length - 1],
                slope,
                Math.sqrt(residuals / Math.max(1, judged.length - 2)),
                heap[heap.length / 5],
                heap[heap.length - 1]);
    }

    /** What the slope adds up to over all frames. */
    public double drift() {
        return bytesPerFrame * frames;
    }

    /** As people read it. */
    public List<String> lines() {
        return lines("frame");
    }

    /** As people read it, with {@code unit} for what goes by. */
    public List<String> lines(String unit) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%-15s %9d", unit + "s in a row", frames));
        lines.add(String.format(
                Locale.ROOT,
                "resident        %9.0f MB after a fifth, %.0f MB at the end",
                firstBytes / 1e6,
                lastBytes / 1e6));
        lines.add(String.format(
                Locale.ROOT,
                "Java heap       %9.0f MB after a fifth, %.0f MB at the end",
                firstHeapBytes / 1e6,
                lastHeapBytes / 1e6));
        lines.add(String.format(
                Locale.ROOT,
                "trend           %9.1f kB a %s, %.1f MB over all; single %ss differ by %.1f MB",
                bytesPerFrame / 1e3,
                unit,
                drift() / 1e6,
                unit,
                noiseBytes / 1e6));
        return lines;
    }

    /** What the operating system says of this process's memory, in bytes; −1 where it does not say. */
    public static final class ProcessMemory {
        private static final Path STATUS = Path.of("/proc/self/status");

        private ProcessMemory() {}

        /** In memory now. */
        public static long resident() {
            return field("VmRSS:");
        }

        /** The most that was in memory since {@link #resetPeak}. */
        public static long peak() {
            return field("VmHWM:");
        }

        /** Starts {@link #peak} anew. */
        public static void resetPeak() {
            try {
                Files.writeString(Path.of("/proc/self/clear_refs"), "5");
            } catch (IOException e) {
                // Not on this system: the peak then counts from the start of the process.
            }
        }

        private static long field(String name) {
            try {
                for (String line : Files.readAllLines(STATUS)) {
                    if (line.startsWith(name)) {
                        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                    }
                }
            } catch (IOException e) {
                return -1;
            }
            return -1;
        }
    }
}
