package dev.understudy.labeler.surface;

import dev.understudy.labeler.surface.Regions.LabelRuns;
import java.util.Arrays;

/**
 * What areas of one label and segments of surface have in common: parts, each the pixels that share an area and a
 * segment, not always connected. Kept as intervals of rows, of which there are far fewer than pixels.
 */
public final class SegmentParts {
    private final int pixels;
    /** By interval its first pixel, the pixel after its last one, and its part. */
    private int[] from = new int[1 << 12];

    private int[] to = new int[from.length];
    private int[] part = new int[from.length];
    private int count;
    /** Parts are numbered in order of their first pixels. */
    private final PairNumbers numbers = new PairNumbers();
    /** Pixels, by part, area and segment. */
    private int[] size = new int[1 << 10];

    private final int[] areaSize;
    private final int[] segmentSize;

    private SegmentParts(BlockGrid grid, Regions segments, LabelRuns areas) {
        this.pixels = grid.width() * grid.height();
        this.areaSize = areas.size();
        this.segmentSize = grid.sizes(segments);
        int run = 0;
        for (int y = 0; y < grid.height(); y++) {
            int firstBlock = y / grid.factor() * grid.columns();
            int end = (y + 1) * grid.width();
            for (; run < areas.area().length && areas.starts()[run] < end; run++) {
                cut(areas, run, y * grid.width(), firstBlock, grid.factor(), segments.region());
            }
        }
    }

    /**
     * @param segments of the grid's blocks
     * @param classes by pixel
     */
    public static SegmentParts of(BlockGrid grid, Regions segments, byte[] classes) {
        return new SegmentParts(grid, segments, LabelRuns.of(grid.width(), classes));
    }

    /** Cuts a run of one label where another segment begins. */
    private void cut(LabelRuns areas, int run, int row, int firstBlock, int factor, int[] segments) {
        int end = areas.starts()[run + 1];
        int block = firstBlock + (areas.starts()[run] - row) / factor;
        for (int start = areas.starts()[run]; start < end; ) {
            int segment = segments[block];
            int next = start;
            while (next < end && segments[block] == segment) {
                block++;
                next = Math.min(row + (block - firstBlock) * factor, end);
                if (next == end) {
                    break;
                }
            }
            add(start, next, numbers.of((long) areas.area()[run] << 32 | segment));
            start = next;
        }
    }

    private void add(int start, int end, int of) {
        if (count == from.length) {
            from = Arrays.copyOf(from, 2 * count);
            to = Arrays.copyOf(to, 2 * count);
            part = Arrays.copyOf(part, 2 * count);
        }
        if (of == size.length) {
            size = Arrays.copyOf(size, 2 * of);
        }
        from[count] = start;
        to[count] = end;
        part[count++] = of;
        size[of] += end - start;
    }

    /**
     * By pixel whether its area lies on several segments and covers less than a share of the one here.
     *
     * @param share 0–1
     */
    public boolean[] overhanging(double share) {
        boolean[] overhangs = new boolean[pixels];
        for (int interval = 0; interval < count; interval++) {
            int covered = size[part[interval]];
            long pair = numbers.pair(part[interval]);
            boolean alone = covered == areaSize[(int) (pair >>> 32)];
            if (!alone && covered < share * segmentSize[(int) pair]) {
                Arrays.fill(overhangs, from[interval], to[interval], true);
            }
        }
        return overhangs;
    }

    /**
     * Numbers pairs from 0 in the order in which they come: a hash table without objects, as there is a pair for every
     * interval.
     */
    static final class PairNumbers {
        private static final long MIX = 0x9E3779B97F4A7C15L;

        private long[] pairs = new long[1 << 10];
        /** One more than the number; 0 = the place is free. */
        private int[] numbers = new int[2 * pairs.length];

        private int count;

        int count() {
            return count;
        }

        /** The one that has this number. */
        long pair(int number) {
            return pairs[number];
        }

        int of(long pair) {
            int at = place(pair);
            if (numbers[at] == 0) {
                if (count == pairs.length) {
                    grow();
                    at = place(pair);
                }
                pairs[count] = pair;
                numbers[at] = ++count;
            }
            return numbers[at] - 1;
        }

        private int place(long pair) {
            int mask = numbers.length - 1;
            int at = (int) (pair * MIX >>> 32) & mask;
            while (numbers[at] != 0 && pairs[numbers[at] - 1] != pair) {
                at = at + 1 & mask;
            }
            return at;
        }

        private void grow() {
            pairs = Arrays.copyOf(pairs, 2 * pairs.length);
            numbers = new int[2 * pairs.length];
            for (int number = 0; number < count; number++) {
                numbers[place(pairs[number])] = number + 1;
            }
        }
    }
}
