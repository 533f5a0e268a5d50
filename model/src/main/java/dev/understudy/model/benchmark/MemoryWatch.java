package dev.understudy.model.benchmark;

import java.util.Arrays;

/** Looks at this process's memory after each frame or training step. For one thread. */
public final class MemoryWatch {
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
