package dev.understudy.labeler.filter;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import java.util.Random;

/** Evidence of three classes, top 2, some pixels outside the class space. */
final class RandomEvidence {
    private RandomEvidence() {}

    static Evidence of(Random random, int width, int height) {
        int pixels = width * height;
        byte[] classes = new byte[2 * pixels];
        byte[] levels = new byte[2 * pixels];
        byte[] entropy = new byte[pixels];
        byte[] agreement = new byte[pixels];
        for (int i = 0; i < pixels; i++) {
            int first = random.nextInt(3);
            int p = 86 + random.nextInt(170);
            classes[i] = (byte) (random.nextInt(20) == 0 ? 255 : first);
            classes[pixels + i] = (byte) ((first + 1) % 3);
            levels[i] = (byte) p;
            levels[pixels + i] = (byte) Math.min(p, random.nextInt(256 - p));
            entropy[i] = (byte) random.nextInt(256);
            agreement[i] = (byte) random.nextInt(256);
        }
        return new Evidence(width, height, new SegmentationEvidence(2, classes, levels, entropy, agreement), null);
    }
}
