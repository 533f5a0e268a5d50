package dev.understudy.labeler.fusion;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * One row of a frame, copied out: the planes of a whole picture are so far apart, and so often by a multiple of a
 * page, that a pixel of all of them does not stay in the memory next to the processor.
 */
final class FrameRow {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final List<SegmentationEvidence> from;
    private final SegmentationEvidence to;
    private final int width;
    private final List<SegmentationEvidence> experts;
    private final SegmentationEvidence target;
    private final byte[] changes;

    /**
     * @param from by each of the experts, whole pictures
     * @param to what rows are put into
     */
    FrameRow(List<SegmentationEvidence> from, SegmentationEvidence to, int width) {
        this.from = from;
        this.to = to;
        this.width = width;
        this.experts = from.stream().map(one -> empty(one.topK(), width)).toList();
        this.target = empty(to.topK(), width);
        this.changes = new byte[width];
    }

    /** The row at hand by each of the experts, the same arrays for every row. */
    List<SegmentationEvidence> experts() {
        return experts;
    }

    /** What is made of the row at hand, the same arrays for every row. */
    SegmentationEvidence target() {
        return target;
    }

    void take(int row) {
        for (int i = 0; i < from.size(); i++) {
            SegmentationEvidence one = from.get(i);
            SegmentationEvidence here = experts.get(i);
            copy(one.classes(), row * width, one.pixels(), here.classes(), 0, width, one.topK());
            copy(one.probability(), row * width, one.pixels(), here.probability(), 0, width, one.topK());
            copy(one.entropy(), row * width, 0, here.entropy(), 0, 0, 1);
            copy(one.agreement(), row * width, 0, here.agreement(), 0, 0, 1);
        }
    }

    /** The target as one expert's row is, with one view. */
    void keep() {
        SegmentationEvidence one = experts.get(0);
        System.arraycopy(one.classes(), 0, target.classes(), 0, one.classes().length);
        System.arraycopy(one.probability(), 0, target.probability(), 0, one.probability().length);
        System.arraycopy(one.entropy(), 0, target.entropy(), 0, width);
        System.arraycopy(one.agreement(), 0, target.agreement(), 0, width);
        Arrays.fill(target.views(), (byte) 1);
    }

    /** By column not 0 where one expert names other classes than of the pixel to the left. */
    byte[] changes() {
        byte[] classes = experts.get(0).classes();
        int column = 1;
        for (; column + Long.BYTES <= width; column += Long.BYTES) {
            long eight = 0;
            for (int at = column; at < classes.length; at += width) {
                eight |= (long) EIGHT.get(classes, at) ^ (long) EIGHT.get(classes, at - 1);
            }
            EIGHT.set(changes, column, eight);
        }
        for (; column < width; column++) {
            int one = 0;
            for (int at = column; at < classes.length; at += width) {
                one |= classes[at] ^ classes[at - 1];
            }
            changes[column] = (byte) one;
        }
        return changes;
    }

    void put(int row) {
        copy(target.classes(), 0, width, to.classes(), row * width, to.pixels(), to.topK());
        copy(target.probability(), 0, width, to.probability(), row * width, to.pixels(), to.topK());
        copy(target.entropy(), 0, 0, to.entropy(), row * width, 0, 1);
        copy(target.agreement(), 0, 0, to.agreement(), row * width, 0, 1);
        copy(target.views(), 0, 0, to.views(), row * width, 0, 1);
    }

    private void copy(byte[] from, int start, int step, byte[] to, int at, int toStep, int planes) {
        for (int k = 0; k < planes; k++) {
            System.arraycopy(from, start + k * step, to, at + k * toStep, width);
        }
    }

    /** Evidence that is yet to be filled in. */
    static SegmentationEvidence empty(int topK, int pixels) {
        return new SegmentationEvidence(
                topK,
                new byte[Math.multiplyExact(topK, pixels)],
                new byte[topK * pixels],
                new byte[pixels],
                new byte[pixels],
                new byte[pixels]);
    }
}
