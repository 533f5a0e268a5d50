package dev.understudy.labeler.repair;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.LabelMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Frames of blocks of three classes. The expert knows two of them and calls the third 0; depth tells it, for blocks
 * of the third class are farther away. Where the expert is sure it is right but for that.
 */
final class MadeRooms implements RepairExamples {
    static final int CLASSES = 3;
    static final int MISSING = 2;
    static final int[] KNOWN = {0, 1};
    static final int WIDTH = RoomOfBlocks.WIDTH;
    static final int HEIGHT = RoomOfBlocks.HEIGHT;

    private final int frames;
    private final boolean expertIsRight;
    private final int experts;

    /** @param expertIsRight whether the expert says everything right, so that nothing is left to repair */
    MadeRooms(int frames, boolean expertIsRight, int experts) {
        this.frames = frames;
        this.expertIsRight = expertIsRight;
        this.experts = experts;
    }

    static String id(int index) {
        return "room/" + index;
    }

    List<String> ids() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            ids.add(id(i));
        }
        return ids;
    }

    /** @return a fold for each frame, of three */
    int[] folds() {
        int[] folds = new int[frames];
        for (int i = 0; i < frames; i++) {
            folds[i] = i % 3;
        }
        return folds;
    }

    @Override
    public int size() {
        return frames;
    }

    @Override
    public Example read(int index) {
        Random random = new Random(17 + index);
        int pixels = RoomOfBlocks.PIXELS;
        byte[] truth = new byte[pixels];
        float[] metres = new float[pixels];
        int[] blocks = new int[pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int corner = RoomOfBlocks.corner(pixel);
            blocks[pixel] = pixel == corner ? random.nextInt(CLASSES) : blocks[corner];
            truth[pixel] = (byte) blocks[pixel];
            metres[pixel] = blocks[pixel] == MISSING ? 5 : 2;
        }
        Frame frame = RoomOfBlocks.frame(id(index), random, metres);
        List<SegmentationEvidence> said = new ArrayList<>();
        for (int i = 0; i < experts; i++) {
            said.add(said(truth));
        }
        return new Example(frame, new LabelMap(WIDTH, HEIGHT, truth), said, null);
    }

    private SegmentationEvidence said(byte[] truth) {
        int pixels = truth.length;
        byte[] classes = new byte[2 * pixels];
        byte[] probability = new byte[2 * pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            byte label = truth[pixel] == MISSING && !expertIsRight ? 0 : truth[pixel];
            classes[pixel] = label;
            classes[pixels + pixel] = (byte) (label == 0 ? 1 : 0);
            probability[pixel] = (byte) 200;
            probability[pixels + pixel] = 40;
        }
        return RoomOfBlocks.evidence(classes, probability);
    }
}
