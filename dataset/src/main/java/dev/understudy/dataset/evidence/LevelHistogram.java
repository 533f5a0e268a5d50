package dev.understudy.dataset.evidence;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.Serializable;
import java.util.Arrays;

/**
 * How often each of the 256 stored levels of a value in [0, 1] occurs; level ÷ 255 is the value. Exact, since evidence
 * is stored in these levels. Written as the first level that occurs and the counts from there to the last that does.
 *
 * <p>Not safe for use by several threads while it is added to.
 */
@JsonPropertyOrder({"from", "counts"})
public final class LevelHistogram implements Serializable {
    private static final long serialVersionUID = 1;

    public static final int LEVELS = 256;

    private final long[] counts = new long[LEVELS];

    public LevelHistogram() {}

    @JsonCreator
    public LevelHistogram(
            @JsonProperty(value = "from", required = true) int from,
            @JsonProperty(value = "counts", required = true) long[] counts) {
        if (from < 0 || from + counts.length > LEVELS || Arrays.stream(counts).anyMatch(c -> c < 0)) {
            throw new IllegalArgumentException(
                    counts.length + " counts from level " + from + " are no histogram of " + LEVELS + " levels");
        }
        System.arraycopy(counts, 0, this.counts, from, counts.length);
    }

    /**
     * Counts all pixels of a plane. Neighbours mostly are of one level, and a count waits for the one before it of the
     * same level, so they are counted apart.
     *
     * @param levels unsigned bytes as stored
     */
    public void add(byte[] levels) {
        int[] even = new int[LEVELS];
        int[] odd = new int[LEVELS];
        for (int pixel = 1; pixel < levels.length; pixel += 2) {
            even[levels[pixel - 1] & 0xFF]++;
            odd[levels[pixel] & 0xFF]++;
        }
        if (levels.length % 2 > 0) {
            even[levels[levels.length - 1] & 0xFF]++;
        }
        for (int level = 0; level < LEVELS; level++) {
            counts[level] += even[level] + odd[level];
        }
    }

    /** Counts {@code pixels} at once. @param level 0–255 */
    public void add(int level, long pixels) {
        if (pixels < 0) {
            throw new IllegalArgumentException(pixels + " pixels");
        }
        counts[level] += pixels;
    }

    public void merge(LevelHistogram other) {
        for (int level = 0; level < LEVELS; level++) {
            counts[level] += other.counts[level];
        }
    }

    public long count(int level) {
        return counts[level];
    }

    public long total() {
        return Arrays.stream(counts).sum();
    }

    /** Sum of the levels of all pixels; ÷ 255 gives the sum of the values. */
    public long levelSum() {
        long sum = 0;
        for (int level = 0; level < LEVELS; level++) {
            sum += level * counts[level];
        }
        return sum;
    }

    /** Mean value, 0–1; 0 when empty. */
    public double mean() {
        long total = total();
        return total == 0 ? 0 : levelSum() / (255.0 * total);
    }

    /** Pixels at {@code level} or above. */
    public long countFrom(int level) {
        long sum = 0;
        for (int l = Math.max(level, 0); l < LEVELS; l++) {
            sum += counts[l];
        }
        return sum;
    }

    /**
     * The highest level t such that at least {@code share} of the pixels are at t or above: what to cut at in order to
     * keep the best {@code share}. 0 when empty.
     */
    public int levelKeeping(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share " + share + ", expected 0 to 1");
        }
        double wanted = share * total();
        long above = 0;
        for (int level = LEVELS - 1; level > 0; level--) {
            above += counts[level];
            if (above >= wanted && above > 0) {
                return level;
            }
        }
        return 0;
    }

    @JsonProperty("from")
    int from() {
        int first = 0;
        while (first < LEVELS && counts[first] == 0) {
            first++;
        }
        return first == LEVELS ? 0 : first;
    }

    @JsonProperty("counts")
    long[] trimmedCounts() {
        int end = LEVELS;
        while (end > 0 && counts[end - 1] == 0) {
            end--;
        }
        return Arrays.copyOfRange(counts, Math.min(from(), end), end);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LevelHistogram h && Arrays.equals(counts, h.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "LevelHistogram from " + from() + " " + Arrays.toString(trimmedCounts());
    }
}
