package dev.understudy.labeler.fusion;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameOrder;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import java.util.List;
import java.util.SortedSet;

/**
 * The frames of one scene, in the order of {@link FrameOrder}, and the experts' evidence of them. What is read is read
 * anew at every call.
 */
public interface SceneFrames {
    int size();

    FrameRecord record(int index);

    /** Pixels of the evidence. */
    int width(int index);

    int height(int index);

    /**
     * The depth of a frame whose record has some.
     *
     * @throws dev.understudy.files.DataException if it cannot be read, or is of another size than the evidence; the
     *     frame then keeps what it had
     */
    DepthMap depth(int index);

    /** The picture of a frame. @throws dev.understudy.files.DataException as {@link #depth} */
    RgbImage picture(int index);

    /** The evidence of each of the experts, whole, all of one size; one at least, always in the same order. */
    List<SegmentationEvidence> evidence(int index);

    /** As {@link #evidence}, perhaps without entropy and agreement. */
    default List<SegmentationEvidence> probabilities(int index) {
        return evidence(index);
    }

    /** The classes that are the most probable of some pixel of some frame to some expert; one at least. */
    SortedSet<Integer> winners();

    /** The frames of another scene with something done when they are read. */
    interface Wrapper extends SceneFrames {
        SceneFrames frames();

        @Override
        default int size() {
            return frames().size();
        }

        @Override
        default FrameRecord record(int index) {
            return frames().record(index);
        }

        @Override
        default int width(int index) {
            return frames().width(index);
        }

        @Override
        default int height(int index) {
            return frames().height(index);
        }

        @Override
        default DepthMap depth(int index) {
            return frames().depth(index);
        }

        @Override
        default RgbImage picture(int index) {
            return frames().picture(index);
        }

        @Override
        default List<SegmentationEvidence> evidence(int index) {
            return frames().evidence(index);
        }

        @Override
        default List<SegmentationEvidence> probabilities(int index) {
            return frames().probabilities(index);
        }

        @Override
        default SortedSet<Integer> winners() {
            return frames().winners();
        }
    }
}
