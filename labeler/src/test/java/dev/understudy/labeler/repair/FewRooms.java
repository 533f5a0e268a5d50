package dev.understudy.labeler.repair;

import dev.understudy.dataset.image.LabelMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Few frames of many classes, each frame with a few of them: what the others teach says nothing of half of a frame's
 * classes. The expert knows all classes, is right in four blocks of five, and calls the others anything.
 */
record FewRooms(int frames, long seed) implements RepairExamples {
    static final int CLASSES = 12;
    private static final int IN_A_FRAME = 4;

    static int[] known() {
        int[] known = new int[CLASSES];
        Arrays.setAll(known, i -> i);
        return known;
    }

    List<String> ids() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            ids.add("few/" + i);
        }
        return ids;
    }

    /** Each frame by itself. */
    int[] folds() {
        int[] folds = new int[frames];
        Arrays.setAll(folds, i -> i);
        return folds;
    }

    @Override
    public int size() {
        return frames;
    }

    @Override
    public Example read(int index) {
        Random random = new Random(seed * 31 + index);
        int pixels = RoomOfBlocks.PIXELS;
        byte[] truth = new byte[pixels];
        byte[] classes = new byte[2 * pixels];
        byte[] probability = new byte[2 * pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int corner = RoomOfBlocks.corner(pixel);
            if (pixel == corner) {
                truth[pixel] = (byte) ((index * IN_A_FRAME / 2 + random.nextInt(IN_A_FRAME)) % CLASSES);
                boolean right = random.nextInt(5) > 0;
                classes[pixel] = right ? truth[pixel] : (byte) random.nextInt(CLASSES);
                classes[pixels + pixel] = (byte) ((classes[pixel] + 1 + random.nextInt(CLASSES - 1)) % CLASSES);
                probability[pixel] = (byte) ((right ? 150 : 120) + random.nextInt(60));
                probability[pixels + pixel] = 40;
            } else {
                truth[pixel] = truth[corner];
                for (int rank = 0; rank < 2 * pixels; rank += pixels) {
                    classes[rank + pixel] = classes[rank + corner];
                    probability[rank + pixel] = probability[rank + corner];
                }
            }
        }
        return new Example(
                RoomOfBlocks.frame("few/" + index, random, null),
                new LabelMap(RoomOfBlocks.WIDTH, RoomOfBlocks.HEIGHT, truth),
                List.of(RoomOfBlocks.evidence(classes, probability)),
                null);
    }
}
