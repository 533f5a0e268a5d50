package dev.understudy.dataset.classes;

import dev.understudy.dataset.image.LabelMap;
import java.util.Arrays;

/** Class index → class index, 255 for what has no counterpart. Immutable. */
public final class ClassMap {
    private final byte[] table;

    /** @param table for each index below its length, what it becomes (0–255); all others become 255 */
    public ClassMap(int[] table) {
        if (table.length > 256) {
            throw new IllegalArgumentException(table.length + " entries for 256 indices");
        }
        this.table = new byte[256];
        Arrays.fill(this.table, (byte) LabelMap.IGNORE);
        for (int i = 0; i < table.length; i++) {
            if (table[i] < 0 || table[i] > 255) {
                throw new IllegalArgumentException("index " + i + " becomes " + table[i] + ", which is not in 0–255");
            }
            this.table[i] = (byte) table[i];
        }
    }

    /** @param index 0–255 */
    public int apply(int index) {
        return table[index] & 0xFF;
    }

    public LabelMap apply(LabelMap labels) {
        byte[] mapped = new byte[labels.classes().length];
        for (int i = 0; i < mapped.length; i++) {
            mapped[i] = table[labels.classAt(i)];
        }
        return new LabelMap(labels.width(), labels.height(), mapped);
    }
}
