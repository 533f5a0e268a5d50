package dev.understudy.trainer.data;

import java.util.Arrays;

/**
 * What an expert held possible beside its answer: for every pixel a few classes and how probable each was, pixel by
 * pixel. What the levels of a pixel leave of 255 belongs to all other classes together. A pixel of which all levels are
 * 0 has no soft label, and its class alone is learnt. The arrays are the labels' own and not to be changed.
 *
 * @param classes [pixels,K] unsigned; without meaning where the level is 0
 * @param levels [pixels,K] unsigned, p·255 rounded; 0 = not among the classes told apart
 */
public record SoftLabels(int topK, byte[] classes, byte[] levels) {
    public SoftLabels {
        if (topK < 1 || classes.length % topK != 0 || levels.length != classes.length) {
            throw new IllegalArgumentException(
                    "top " + topK + " labels of " + classes.length + " classes and " + levels.length + " levels");
        }
    }

    /** Of {@code pixels} pixels without a soft label. */
    static SoftLabels none(int topK, int pixels) {
        return new SoftLabels(topK, new byte[pixels * topK], new byte[pixels * topK]);
    }

    /** Number of pixels. */
    public int pixels() {
        return classes.length / topK;
    }

    /** Whether a pixel has a soft label. */
    public boolean has(int pixel) {
        int sum = 0;
        for (int i = pixel * topK; i < (pixel + 1) * topK; i++) {
            sum |= levels[i];
        }
        return sum != 0;
    }

    /** Of pixels {@code from} to {@code to}, exclusive, copied. */
    SoftLabels part(int from, int to) {
        return new SoftLabels(
                topK,
                Arrays.copyOfRange(classes, from * topK, to * topK),
                Arrays.copyOfRange(levels, from * topK, to * topK));
    }

    /** For each of {@code sources} what that pixel has; nothing where it is negative. */
    public SoftLabels take(int[] sources) {
        SoftLabels taken = none(topK, sources.length);
        for (int i = 0, at = 0; i < sources.length; i++, at += topK) {
            if (sources[i] >= 0) {
                // A call to copy a few bytes would take longer
                for (int k = 0, from = sources[i] * topK; k < topK; k++) {
                    taken.classes[at + k] = classes[from + k];
                    taken.levels[at + k] = levels[from + k];
                }
            }
        }
        return taken;
    }

    /**
     * Writes all pixels into {@code larger}, which tells as many classes apart or more, from its pixel {@code start}
     * on.
     */
    void copyTo(SoftLabels larger, int start) {
        if (larger.topK == topK) {
            System.arraycopy(classes, 0, larger.classes, start * topK, classes.length);
            System.arraycopy(levels, 0, larger.levels, start * topK, levels.length);
            return;
        }
        for (int i = 0; i < pixels(); i++) {
            int at = (start + i) * larger.topK;
            System.arraycopy(classes, i * topK, larger.classes, at, topK);
            System.arraycopy(levels, i * topK, larger.levels, at, topK);
        }
    }
}
