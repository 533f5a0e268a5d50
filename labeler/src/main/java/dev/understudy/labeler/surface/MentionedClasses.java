package dev.understudy.labeler.surface;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/**
 * The classes that a frame's evidence mentions, numbered by slots, so that arrays have no room for any others.
 *
 * @param classes by slot the class, in index order
 * @param slots by class the slot; 0 too for a class that is not mentioned
 */
record MentionedClasses(int[] classes, int[] slots) {
    private static final int CLASSES = 256;
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** Eight pixels that are of the same classes as the eight before are passed over at once. */
    static MentionedClasses of(SegmentationEvidence evidence) {
        byte[] stored = evidence.classes();
        boolean[] seen = new boolean[CLASSES];
        int whole = stored.length & -Long.BYTES;
        long before = 0;
        for (int from = 0; from < whole; from += Long.BYTES) {
            long eight = (long) EIGHT.get(stored, from);
            if (eight != before || from == 0) {
                note(stored, from, from + Long.BYTES, seen);
                before = eight;
            }
        }
        note(stored, whole, stored.length, seen);
        int[] classes =
                IntStream.range(0, LabelMap.IGNORE).filter(index -> seen[index]).toArray();
        int[] slots = new int[CLASSES];
        for (int slot = 0; slot < classes.length; slot++) {
            slots[classes[slot]] = slot;
        }
        return new MentionedClasses(classes, slots);
    }

    private static void note(byte[] stored, int from, int to, boolean[] seen) {
        for (int i = from; i < to; i++) {
            seen[stored[i] & 0xFF] = true;
        }
    }
}
