package dev.understudy.store;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.files.DataException;
import dev.understudy.files.Inflating;
import dev.understudy.store.ShardDirectory.StoredPlanes;
import java.util.zip.DataFormatException;

/** Reads one frame's evidence from where it lies, plane by plane, straight into flat arrays. */
final class FrameReader {
    private static final byte[] NOTHING = {};

    private final ShardFile file;
    private final ShardDirectory.Place place;
    private final StoreDescription store;
    private final int height;
    private final int width;

    FrameReader(ShardFile file, ShardDirectory.Place place, StoreDescription store) {
        this.file = file;
        this.place = place;
        this.store = store;
        this.height = place.frame().height();
        this.width = place.frame().width();
    }

    /** A store of depth alone gives its depth whether it was asked for or not, as evidence of nothing cannot be. */
    Evidence read(EvidencePlanes wanted) {
        return new Evidence(
                width,
                height,
                store.hasSegmentation() ? segmentation(wanted) : null,
                store.hasDepth() && (wanted.depth() || !store.hasSegmentation())
                        ? new DepthEvidence(floats(ShardFormat.DEPTH), floats(ShardFormat.SPREAD))
                        : null);
    }

    private SegmentationEvidence segmentation(EvidencePlanes wanted) {
        int topK = Math.min(wanted.topK(), store.topK());
        SegmentationEvidence evidence = new SegmentationEvidence(
                topK,
                bytes(ShardFormat.CLASS, topK),
                bytes(ShardFormat.PROBABILITY, topK),
                wanted.entropy() ? bytes(ShardFormat.ENTROPY, 1) : NOTHING,
                wanted.agreement() ? bytes(ShardFormat.AGREEMENT, 1) : NOTHING,
                store.hasViews() && wanted.views() ? bytes(ShardFormat.VIEWS, 1) : NOTHING);
        check(evidence.classes());
        return evidence;
    }

    private void check(byte[] classes) {
        int wrong = StoredClasses.firstWrong(classes, store.numberOfClasses());
        if (wrong >= 0) {
            throw file.damaged("frame " + place.frame().id() + " has class index " + (classes[wrong] & 0xFF)
                    + ", expected 0–" + (store.numberOfClasses() - 1) + " of " + store.classes() + " or 255 for none");
        }
    }

    private byte[] bytes(String name, int planes) {
        int first = first(name);
        int pixels = height * width;
        byte[] values = new byte[Math.multiplyExact(planes, pixels)];
        for (int plane = 0; plane < planes; plane++) {
            inflate(first + plane, values, plane * pixels, pixels, name);
        }
        return values;
    }

    /**
     * Metres, all of them finite. Undoes the shuffle: the chunk holds the first bytes of all floats, then the second
     * ones.
     */
    private float[] floats(String name) {
        int pixels = height * width;
        byte[] shuffled = new byte[Math.multiplyExact(pixels, Float.BYTES)];
        inflate(first(name), shuffled, 0, shuffled.length, name);
        float[] values = new float[pixels];
        for (int i = 0; i < pixels; i++) {
            values[i] = Float.intBitsToFloat((shuffled[i] & 0xFF)
                    | (shuffled[pixels + i] & 0xFF) << 8
                    | (shuffled[2 * pixels + i] & 0xFF) << 16
                    | shuffled[3 * pixels + i] << 24);
            if (!Float.isFinite(values[i])) {
                throw file.damaged("frame " + place.frame().id() + " has " + name + " " + values[i] + " at row "
                        + i / width + ", column " + i % width + ", expected metres");
            }
        }
        return values;
    }

    /** Number of the data set's first plane, unless something is wrong with it. */
    private int first(String name) {
        DataException problem = place.problems().get(name);
        if (problem != null) {
            throw new DataException(String.valueOf(problem.getMessage()), problem);
        }
        for (StoredPlanes planes : StoredPlanes.of(store)) {
            if (planes.name().equals(name)) {
                return planes.first();
            }
        }
        throw new IllegalArgumentException("no " + name + " in a store of " + store.tasks());
    }

    private void inflate(int plane, byte[] target, int offset, int length, String name) {
        try {
            Inflating.exactly(file.bytes(place.starts()[plane], place.lengths()[plane]), target, offset, length);
        } catch (DataFormatException e) {
            throw file.damaged("/" + ShardFormat.groupOf(place.frame().id()) + "/" + name + " " + e.getMessage(), e);
        }
    }
}
