package dev.understudy.labeler.repair;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.Sha256;
import dev.understudy.labeler.repair.PictureEncoder.PictureFeatures;
import dev.understudy.labeler.repair.TrainingRows.Scale;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A repair that was learned: what experts say of a frame becomes what the annotation would call it. Frames that it
 * learned from are answered by the networks that did not see their scene; all others by the mean over the folds.
 * Immutable, safe for several threads.
 */
public final class RepairModel {
    private final Parts parts;

    /**
     * @param method one that is not {@link RepairMethod#EXPERT}
     * @param classes of the target's class space
     * @param scale of the rows
     * @param folds the networks of each fold, as many in each; none for {@link RepairMethod#AGREEMENT}
     * @param start null for methods that learn from nothing
     * @param foldOf the fold of each frame that was learned from, by id
     */
    @RecordBuilder
    record Parts(
            RepairMethod method,
            int classes,
            RepairInputs inputs,
            @Nullable Scale scale,
            List<List<SmallNetwork>> folds,
            @Nullable ExpertStart start,
            Map<String, Integer> foldOf)
            implements RepairModelPartsBuilder.With {
        Parts {
            folds = folds.stream().map(List::copyOf).toList();
            foldOf = Map.copyOf(foldOf);
        }
    }

    RepairModel(Parts parts) {
        this.parts = parts;
    }

    Parts parts() {
        return parts;
    }

    public RepairMethod method() {
        return parts.method;
    }

    /** Whether it looks at {@link PictureFeatures}. */
    public boolean needsFeatures() {
        return !parts.inputs.pictures().isEmpty();
    }

    /** Ids of the frames that it learned from. */
    public Set<String> learnedFrom() {
        return parts.foldOf.keySet();
    }

    /**
     * @param frame with its depth; its truth is not looked at
     * @param evidence by store, in the order in which it was learned; entropy is not needed
     * @param features of the picture, if it {@link #needsFeatures}
     * @param topK classes kept for each pixel
     * @return whole evidence with numbers of views
     */
    public SegmentationEvidence apply(
            Frame frame, List<SegmentationEvidence> evidence, @Nullable PictureFeatures features, int topK) {
        if (parts.method == RepairMethod.AGREEMENT) {
            return new Agreement(parts.classes, topK).of(evidence);
        }
        RepairInputs.Rows rows = parts.inputs.of(new RepairInputs.Seen(frame, evidence, features));
        parts.scale.apply(rows.rows());
        return apply(rows, evidence, parts.foldOf.get(frame.id()), topK);
    }

    /** @param rows standardised @param fold null = all */
    SegmentationEvidence apply(
            RepairInputs.Rows rows, List<SegmentationEvidence> evidence, @Nullable Integer fold, int topK) {
        int cells = rows.grid().cells();
        ExpertStart start = parts.start;
        float[] said = start == null
                ? new float[0]
                : PixelAnswer.said(rows.grid(), parts.classes, parts.inputs.experts(), rows.windows());
        float[] sums = new float[cells * parts.classes];
        int count = 0;
        for (int i = 0; i < parts.folds.size(); i++) {
            if (fold == null || fold == i) {
                float[] prior = start == null ? null : start.priors().get(i).logits(said);
                for (SmallNetwork network : parts.folds.get(i)) {
                    network.addTo(sums, rows.rows(), parts.inputs.width(), cells, prior);
                    count++;
                }
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] /= count;
        }
        if (start != null) {
            start.mix(sums, said, fold);
        }
        return new PixelAnswer(parts.classes, topK)
                .of(rows.grid(), sums, parts.inputs.experts(), rows.windows(), evidence);
    }

    /** SHA-256 of all that an answer depends on. */
    public String digest() {
        MessageDigest digest = Sha256.digest();
        StringBuilder words = new StringBuilder(parts.method.key() + " " + parts.classes);
        parts.inputs.experts().forEach(known -> words.append(Arrays.toString(known)));
        new TreeMap<>(parts.foldOf).forEach((id, fold) -> words.append("\n" + id + " " + fold));
        digest.update(words.toString().getBytes(StandardCharsets.UTF_8));
        if (parts.scale != null) {
            add(digest, parts.scale.mean());
            add(digest, parts.scale.deviation());
        }
        for (PictureProjection pictures : parts.inputs.pictures()) {
            add(digest, pictures.mean());
            add(digest, pictures.directions());
        }
        for (List<SmallNetwork> fold : parts.folds) {
            for (SmallNetwork network : fold) {
                add(digest, network.first());
                add(digest, network.last());
            }
        }
        if (parts.start != null) {
            add(digest, new float[] {parts.start.learned()});
            parts.start.priors().forEach(prior -> add(digest, prior.shares()));
        }
        return Sha256.hex(digest);
    }

    private static void add(MessageDigest digest, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        digest.update(Integer.toString(values.length).getBytes(StandardCharsets.UTF_8));
        digest.update(bytes.array());
    }

    /** Ways to make labels of what experts say, from the plainest to the strongest. */
    public enum RepairMethod {
        /** What the first expert says, as it is: what every other way is measured by. */
        EXPERT("expert"),
        /** {@link Agreement} of several experts; nothing is learned. */
        AGREEMENT("agreement"),
        /**
         * A linear map from the experts' log-probabilities to the target's classes (Dirichlet calibration, Kull et al.,
         * NeurIPS 2019), which with several experts weighs each by class.
         */
        DIRICHLET("dirichlet"),
        /** The average of small networks that see the surroundings, the depth and the colours as well. */
        CONTEXT("context"),
        /** {@link #DIRICHLET} of what is to be added to the experts' own answer: for few annotated frames. */
        DIRICHLET_FROM_EXPERT("dirichlet from the expert"),
        /** Likewise {@link #CONTEXT}. */
        CONTEXT_FROM_EXPERT("context from the expert");

        private final String key;

        RepairMethod(String key) {
            this.key = key;
        }

        /** As it is written. */
        public String key() {
            return key;
        }

        /** Whether it has networks. */
        boolean learns() {
            return this != EXPERT && this != AGREEMENT;
        }

        /** Whether its networks are linear maps of what the experts say at the very place. */
        boolean linear() {
            return this == DIRICHLET || this == DIRICHLET_FROM_EXPERT;
        }

        /** Whether its networks learn what is to be added to what the experts say. */
        boolean fromExpert() {
            return this == DIRICHLET_FROM_EXPERT || this == CONTEXT_FROM_EXPERT;
        }
    }

    /**
     * What several experts say together with nothing learned: at each pixel the mean of the logarithms of their
     * probabilities. A class that an expert has not stored there counts with a small probability, so that one expert
     * alone cannot rule it out.
     */
    private static final class Agreement {
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

        /** @param evidence by store, of the same frame */
        SegmentationEvidence of(List<SegmentationEvidence> evidence) {
            int pixels = evidence.get(0).pixels();
            byte[] top = new byte[topK * pixels];
            byte[] probability = new byte[topK * pixels];
            byte[] entropy = new byte[pixels];
            Pixel pixel = new Pixel(evidence);
            for (int at = 0; at < pixels; at++) {
                pixel.read(at);
                pixel.write(at, pixels, top, probability, entropy);
            }
            return new SegmentationEvidence(
                    topK,
                    top,
                    probability,
                    entropy,
                    PixelAnswer.agreement(top, pixels, evidence),
                    PixelAnswer.views(pixels, evidence));
        }

        private final class Pixel {
            private final List<SegmentationEvidence> evidence;
            /** Sums of the logarithms above the floor's by class code; 255 = none of the classes. */
            private final double[] sums = new double[CODES];

            private final boolean[] named = new boolean[CODES];
            private final int[] codes = new int[CODES];
            private int count;
            private double total;

            Pixel(List<SegmentationEvidence> evidence) {
                this.evidence = evidence;
            }

            void read(int at) {
                count = 0;
                for (SegmentationEvidence one : evidence) {
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
                    sums[code] = FLOOR * StrictMath.exp(sums[code] / evidence.size());
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
}
