package dev.understudy.labeler.repair;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import java.util.Arrays;
import java.util.List;

/**
 * What several experts say together with nothing learned: at each pixel the mean of the logarithms of their
 * probabilities. A class that an expert has not stored there counts with a small probability, so that one expert
 * alone cannot rule it out.
 */
final class Agreement {
    private static final double FLOOR = 0.004;
    private static final int LEVELS = 255;
    private static final int CODES = 256;

    private final int classes;
    private final int topK;
    private final double[] logarithms = new double[LEVELS + 1];

    Agreement(int classes, int topK) {
        this.classes = classes;
        this.topK = topK;
        for (int level = 0; level <= LEVELS; level++) {
            logarithms[level] = StrictMath.log((double) level / LEVELS + FLOOR);
        }
    }

    /** @param said by store, of the same frame */
    SegmentationEvidence of(List<SegmentationEvidence> said) {
        int pixels = said.get(0).pixels();
        byte[] top = new byte[topK * pixels];
        byte[] probability = new byte[topK * pixels];
        byte[] entropy = new byte[pixels];
        Pixel pixel = new Pixel(said);
        for (int at = 0; at < pixels; at++) {
            pixel.read(at);
            pixel.write(at, pixels, top, probability, entropy);
        }
        return new SegmentationEvidence(
                topK,
                top,
                probability,
                entropy,
                PixelAnswer.agreement(top, pixels, said),
                PixelAnswer.views(pixels, said));
    }

    private final class Pixel {
        private final List<SegmentationEvidence> said;
        /** Sums of the logarithms above the floor's by class code; 255 = none of the classes. */
        private final double[] sums = new double[CODES];

        private final boolean[] named = new boolean[CODES];
        private final int[] codes = new int[CODES];
        private int count;
        private double total;

        Pixel(List<SegmentationEvidence> said) {
            this.said = said;
        }

        void read(int at) {
            count = 0;
            for (SegmentationEvidence one : said) {
                for (int i = at; i < one.classes().length; i += one.pixels()) {
                    int code = one.classes()[i] & 0xFF;
                    if (!named[code]) {
                        named[code] = true;
                        sums[code] = 0;
                        codes[count++] = code;
                    }
                    sums[code] += logarithms[one.probability()[i] & 0xFF] - logarithms[0];
                }
            }
            Arrays.sort(codes, 0, count);
            total = (classes - Math.min(classes, count)) * FLOOR;
            for (int i = 0; i < count; i++) {
                int code = codes[i];
                named[code] = false;
                sums[code] = FLOOR * StrictMath.exp(sums[code] / said.size());
                total += sums[code];
            }
        }

        void write(int at, int pixels, byte[] top, byte[] probability, byte[] entropy) {
            double surprise = 0;
            for (int i = 0; i < count; i++) {
                double p = sums[codes[i]] / total;
                surprise -= p * StrictMath.log(p);
            }
            double rest = Math.max(0, classes - count) * FLOOR / total;
            surprise -= rest > 0 ? rest * StrictMath.log(FLOOR / total) : 0;
            double most = classes == 1 ? 1 : StrictMath.log(classes);
            entropy[at] = (byte) Math.min(LEVELS, Math.round(surprise / most * LEVELS));
            for (int rank = 0; rank < topK; rank++) {
                int best = -1;
                for (int i = 0; i < count; i++) {
                    if (sums[codes[i]] > 0 && (best < 0 || sums[codes[i]] > sums[best])) {
                        best = codes[i];
                    }
                }
                top[rank * pixels + at] = (byte) (best < 0 ? LabelMap.IGNORE : best);
                probability[rank * pixels + at] = (byte) (best < 0 ? 0 : Math.round(sums[best] / total * LEVELS));
                if (best >= 0) {
                    sums[best] = 0;
                }
            }
        }
    }
}
