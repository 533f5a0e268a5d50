package dev.understudy.labeler.repair;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;
import java.util.ArrayList;
import java.util.Arrays;
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
    static final int WIDTH = 96;
    static final int HEIGHT = 64;
    private static final int BLOCK = 16;

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
        int pixels = WIDTH * HEIGHT;
        byte[] truth = new byte[pixels];
        float[] metres = new float[pixels];
        int[] blocks = new int[pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int corner = pixel / WIDTH / BLOCK * BLOCK * WIDTH + pixel % WIDTH / BLOCK * BLOCK;
            blocks[pixel] = pixel == corner ? random.nextInt(CLASSES) : blocks[corner];
            truth[pixel] = (byte) blocks[pixel];
            metres[pixel] = blocks[pixel] == MISSING ? 5 : 2;
        }
        byte[] rgb = new byte[3 * pixels];
        random.nextBytes(rgb);
        Frame frame = new Frame(
                FrameRecord.of(id(index), "rgb.png").build(),
                new RgbImage(WIDTH, HEIGHT, rgb),
                new DepthMap(WIDTH, HEIGHT, metres),
                null,
                null);
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
        byte[] agreement = new byte[pixels];
        Arrays.fill(agreement, (byte) 255);
        return new SegmentationEvidence(2, classes, probability, new byte[pixels], agreement);
    }
}
