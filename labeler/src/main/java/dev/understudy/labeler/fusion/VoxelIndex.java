package dev.understudy.labeler.fusion;

import java.util.Arrays;

/**
 * Which voxels there are, numbered from 0 in the order in which they were added: a hash table with open addressing over
 * packed keys, at most three fifths full. Not safe for several threads.
 */
final class VoxelIndex {
    /** Bytes a voxel at worst, while the table is being enlarged: old and new table, keys by number and their copy. */
    static final int BYTES_A_VOXEL = 12 * 10 / 3 + 12 * 5 / 3 + 8 * 3;

    private static final int SMALLEST = 1 << 10;
    private static final int FREE = -1;

    private final int capacity;
    private long[] keys;
    /** By place in the table: the voxel's number. */
    private int[] numbers;
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
        int mask = keys.length - 1;
        int place = place(key, mask);
        while (numbers[place] != FREE) {
            if (keys[place] == key) {
                return numbers[place];
            }
            place = place + 1 & mask;
        }
        return FREE;
    }

    /** The number of a voxel, which is added if it is new; −1 if there is no room for it. */
    int add(long key) {
        int mask = keys.length - 1;
        int place = place(key, mask);
        while (numbers[place] != FREE) {
            if (keys[place] == key) {
                return numbers[place];
            }
            place = place + 1 & mask;
        }
        if (size == capacity) {
            return FREE;
        }
        if (size == keyOf.length) {
            keyOf = Arrays.copyOf(keyOf, Math.min(capacity, size + (size >> 1)));
        }
        keyOf[size] = key;
        keys[place] = key;
        numbers[place] = size++;
        if (size * 5L > keys.length * 3L) {
            enlarge();
        }
        return size - 1;
    }

    private void enlarge() {
        allocate(keys.length * 2);
        int mask = keys.length - 1;
        for (int number = 0; number < size; number++) {
            int place = place(keyOf[number], mask);
            while (numbers[place] != FREE) {
                place = place + 1 & mask;
            }
            keys[place] = keyOf[number];
            numbers[place] = number;
        }
    }

    private void allocate(int length) {
        keys = new long[length];
        numbers = new int[length];
        Arrays.fill(numbers, FREE);
    }

    /** Neighbouring voxels differ in few bits: all of them must matter. */
    private static int place(long key, int mask) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        mixed ^= mixed >>> 32;
        mixed *= 0xD6E8FEB86659FD93L;
        return (int) (mixed >>> 32) & mask;
    }
}
