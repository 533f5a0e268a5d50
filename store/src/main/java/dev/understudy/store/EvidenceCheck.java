package dev.understudy.store;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;

/** Whether evidence is what a store keeps, before it is written. */
final class EvidenceCheck {
    private EvidenceCheck() {}

    static void check(StoreDescription store, String frameId, Evidence evidence) {
        if (evidence.width() > ShardFormat.MAX_SIDE || evidence.height() > ShardFormat.MAX_SIDE) {
            throw new DataException(frameId + ": " + evidence.width() + "×" + evidence.height()
                    + " pixels, a store keeps at most " + ShardFormat.MAX_SIDE + " a side; scale the picture down");
        }
        SegmentationEvidence segmentation = evidence.segmentation();
        DepthEvidence depth = evidence.depth();
        if ((segmentation != null) != store.hasSegmentation() || (depth != null) != store.hasDepth()) {
            throw new IllegalArgumentException(
                    frameId + ": evidence of " + (segmentation != null ? "segmentation " : "")
                            + (depth != null ? "depth " : "") + "for a store of " + store.tasks());
        }
        if (segmentation != null) {
            checkClasses(store, frameId, segmentation);
        }
        if (depth != null) {
            checkFinite(frameId, depth.metres());
            checkFinite(frameId, depth.spread());
        }
    }

    /** {@link LabelMap#IGNORE} is allowed: a class of the expert's that the store's class space does not have. */
    private static void checkClasses(StoreDescription store, String frameId, SegmentationEvidence evidence) {
        if (evidence.topK() != store.topK()) {
            throw new IllegalArgumentException(
                    frameId + ": top-" + evidence.topK() + " evidence for a store of top-" + store.topK());
        }
        if (!evidence.isWhole()) {
            throw new IllegalArgumentException(frameId + ": evidence that was read in part");
        }
        if (evidence.views().length > 0 != store.hasViews()) {
            throw new IllegalArgumentException(frameId + ": evidence " + (store.hasViews() ? "without" : "with")
                    + " numbers of views for a store that " + (store.hasViews() ? "keeps" : "does not keep") + " them");
        }
        for (byte stored : evidence.classes()) {
            int index = stored & 0xFF;
            if (index >= store.numberOfClasses() && index != LabelMap.IGNORE) {
                throw new IllegalArgumentException(frameId + ": class " + index + " in a store of "
                        + store.numberOfClasses() + " classes (" + store.classes() + ")");
            }
        }
    }

    private static void checkFinite(String frameId, float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new DataException(frameId + ": the expert's depth is " + value
                        + " somewhere; check the checkpoint and the picture");
            }
        }
    }
}
