package dev.understudy.labeler.fusion;

import java.util.Arrays;

/**
 * Which voxels there are, numbered from 0 in the order in which they were added: a hash table with open addressing over
 * packed keys, at most three fifths full. Not safe for several threads.
 */
final class VoxelIndex {
    /** Bytes a voxel at worst, while the table is being enlarged: old and new table, keys by number and their copy. */
    static final int BYTES_A_VOXEL = 16 * 10 / 3 + 16 * 5 / 3 + 8 * 3;

    private static final int SMALLEST = 1 << 10;
    private static final int FREE = -1;

    private final int capacity;
    /** By place in the table a key and, beside it since it is wanted next, the voxel's number or {@link #FREE}. */
    private long[] table;
    /** By number. */
    private long[] keyOf = new long[SMALLEST / 2];

    private int size;

    /** @param capacity voxels that are taken, at most */
    VoxelIndex(int capacity) {
        this.capacity = capacity;
        allocate(SMALLEST);
    }

    int size() {
        return size;
    }

    long key(int number) {
        return keyOf[number];
    }

    /** The number of a voxel, or −1 if it was not added. */
    int find(long key) {
        return (int) table[place(key) + 1];
    }

    /** The number of a voxel, which is added if it is new; −1 if there is no room for it. */
    int add(long key) {
        int place = place(key);
        if (table[place + 1] != FREE || size == capacity) {
            return (int) table[place + 1];
        }
        if (size == keyOf.length) {
            keyOf = Arrays.copyOf(keyOf, Math.min(capacity, size + (size >> 1)));
        }
        keyOf[size] = key;
        table[place] = key;
        table[place + 1] = size++;
        if (size * 10L > table.length * 3L) {
            enlarge();
        }
        return size - 1;
    }

    private void enlarge() {
        allocate(table.length);
        for (int number = 0; number < size; number++) {
            int place = place(keyOf[number]);
            table[place] = keyOf[number];
            table[place + 1] = number;
        }
    }

    /** @param places a power of two */
    private void allocate(int places) {
        table = new long[Math.multiplyExact(2, places)];
        Arrays.fill(table, FREE);
    }

    /**
     * Where a key stands in the table, or would stand. Neighbouring voxels differ in few bits: all of them must matter.
     */
    private int place(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        mixed ^= mixed >>> 32;
        mixed *= 0xD6E8FEB86659FD93L;
        int mask = table.length - 2;
        int place = (int) (mixed >>> 32) << 1 & mask;
        while (table[place + 1] != FREE && table[place] != key) {
            place = place + 2 & mask;
        }
        return place;
    }
}
