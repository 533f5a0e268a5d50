package dev.understudy.dataset.frame;

import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.DataException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Frames with the segmentation that another source has for them, by id: the truth that was held back from frames which
 * experts label. Everything else is the frames' own.
 */
public final class FramesWithTruth implements FrameSource {
    private final FrameSource frames;
    private final FrameSource truth;
    private final int[] places;

    /** @throws DataException if a frame has no segmentation in {@code truth} */
    public FramesWithTruth(FrameSource frames, FrameSource truth) {
        this.frames = frames;
        this.truth = truth;
        this.places = places(frames, truth);
    }

    private static int[] places(FrameSource frames, FrameSource truth) {
        Map<String, Integer> byId = new HashMap<>();
        for (int i = 0; i < truth.size(); i++) {
            if (truth.record(i).segmentation() != null) {
                byId.put(truth.record(i).id(), i);
            }
        }
        int[] places = new int[frames.size()];
        for (int i = 0; i < places.length; i++) {
            Integer place = byId.get(frames.record(i).id());
            if (place == null) {
                throw new DataException("frame " + frames.record(i).id() + ": found no segmentation of it among the "
                        + truth.size() + " frames of the truth, expected one for every frame; give a manifest of the"
                        + " same frames with their annotation");
            }
            places[i] = place;
        }
        return places;
    }

    @Override
    public int size() {
        return frames.size();
    }

    @Override
    public FrameRecord record(int index) {
        FrameRecord own = frames.record(index);
        FrameRecord known = truth.record(places[index]);
        return own.with(record -> record.segmentation(known.segmentation()).classes(known.classes()));
    }

    @Override
    public @Nullable ClassSpace classSpace(int index) {
        return truth.classSpace(places[index]);
    }

    @Override
    public Frame read(int index) {
        Frame own = frames.read(index);
        Frame known = truth.read(places[index]);
        if (known.width() != own.width() || known.height() != own.height()) {
            throw new DataException("frame " + own.id() + " is " + own.width() + "×" + own.height() + ", but its truth "
                    + known.width() + "×" + known.height() + "; pair the right manifests");
        }
        return new Frame(record(index), own.rgb(), own.depth(), known.segmentation(), own.normals());
    }
}
