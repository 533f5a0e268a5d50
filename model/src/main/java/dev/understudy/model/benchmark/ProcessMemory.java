package dev.understudy.model.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the operating system says of this process's memory, in bytes; −1 where it does not say. */
public final class ProcessMemory {
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
