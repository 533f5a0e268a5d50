package dev.understudy.model.inference;

import dev.understudy.conf.ConfigurationException;

/**
 * The classes of one data set among the outputs of a network that was trained on several.
 *
 * @param first the output that becomes class 0
 * @param count how many; {@code Integer.MAX_VALUE} = all that follow
 */
public record ClassSlice(int first, int count) {
    public static final ClassSlice ALL = new ClassSlice(0, Integer.MAX_VALUE);

    public ClassSlice {
        if (first < 0 || count < 1) {
            throw new ConfigurationException("class slice of " + count + " from " + first);
        }
    }

    /** Only the channels of this slice. */
    FeatureMap of(FeatureMap map) {
        int kept = Math.min(count, map.channels() - first);
        if (kept < 1 || count != Integer.MAX_VALUE && kept != count) {
            throw new ConfigurationException("class slice of " + count + " from " + first + ", but the network has "
                    + map.channels() + " classes");
        }
        if (kept == map.channels()) {
            return map;
        }
        float[] values = new float[map.width() * map.height() * kept];
        for (int i = 0; i < values.length / kept; i++) {
            System.arraycopy(map.values(), i * map.channels() + first, values, i * kept, kept);
        }
        return new FeatureMap(map.width(), map.height(), kept, values, map.mirrored());
    }
}
