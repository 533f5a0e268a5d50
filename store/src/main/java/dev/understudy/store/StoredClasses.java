package dev.understudy.store;

import dev.understudy.dataset.image.LabelMap;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** What class indices may be in a store: below its number of classes, or {@link LabelMap#IGNORE} for none. */
final class StoredClasses {
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = ONES << 7;
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private StoredClasses() {}

    /**
     * Where the first index is that a store of so many classes cannot have; −1 if there is none. Eight at once: one
     * more than an index, 0 for none, is at most the number of classes.
     */
    static int firstWrong(byte[] classes, int numberOfClasses) {
        int whole = numberOfClasses < Byte.MAX_VALUE ? classes.length & -Long.BYTES : 0;
        long room = (Byte.MAX_VALUE - numberOfClasses) * ONES;
        for (int from = 0; from < whole; from += Long.BYTES) {
            long eight = (long) EIGHT.get(classes, from);
            long next = (eight & ~HIGH) + ONES ^ eight & HIGH;
            if ((((next & ~HIGH) + room | next) & HIGH) != 0) {
                int wrong = firstWrong(classes, from, from + Long.BYTES, numberOfClasses);
                if (wrong >= 0) {
                    return wrong;
                }
            }
        }
        return firstWrong(classes, whole, classes.length, numberOfClasses);
    }

    private static int firstWrong(byte[] classes, int from, int to, int numberOfClasses) {
        for (int i = from; i < to; i++) {
            int index = classes[i] & 0xFF;
            if (index >= numberOfClasses && index != LabelMap.IGNORE) {
                return i;
            }
        }
        return -1;
    }
}
