package dev.understudy.labeler.repair;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A frame of square blocks in which all pixels are alike, with noise for a picture and two classes of an expert. */
final class RoomOfBlocks {
    static final int WIDTH = 96;
    static final int HEIGHT = 64;
    static final int PIXELS = WIDTH * HEIGHT;
    private static final int BLOCK = 16;

    private RoomOfBlocks() {}

    /** @return the first pixel of this one's block, in the order of rows, which all of the block are like */
    static int corner(int pixel) {
        return pixel / WIDTH / BLOCK * BLOCK * WIDTH + pixel % WIDTH / BLOCK * BLOCK;
    }

    static Frame frame(String id, Random random, float @Nullable [] metres) {
        byte[] rgb = new byte[3 * PIXELS];
        random.nextBytes(rgb);
        return new Frame(
                FrameRecord.of(id, "rgb.png").build(),
                new RgbImage(WIDTH, HEIGHT, rgb),
                metres == null ? null : new DepthMap(WIDTH, HEIGHT, metres),
                null,
                null);
    }

    static SegmentationEvidence evidence(byte[] classes, byte[] probability) {
        byte[] agreement = new byte[PIXELS];
        Arrays.fill(agreement, (byte) 255);
        return new SegmentationEvidence(2, classes, probability, new byte[PIXELS], agreement);
    }
}
