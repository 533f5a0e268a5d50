package dev.understudy.labeler.repair;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.files.Sha256;
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
     * @param foldOf the fold of each frame that was learned from, by id
     */
    @RecordBuilder
    record Parts(
            RepairMethod method,
            int classes,
            RepairInputs inputs,
            @Nullable Scale scale,
            List<List<SmallNetwork>> folds,
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
     * @param said by store, in the order in which it was learned; entropy is not needed
     * @param features of the picture, if it {@link #needsFeatures}
     * @param topK classes kept for each pixel
     * @return whole evidence with numbers of views
     */
    public SegmentationEvidence apply(
            Frame frame, List<SegmentationEvidence> said, @Nullable PictureFeatures features, int topK) {
        if (parts.method == RepairMethod.AGREEMENT) {
            return new Agreement(parts.classes, topK).of(said);
        }
        RepairInputs.Rows rows = parts.inputs.of(new RepairInputs.Seen(frame, said, features));
        parts.scale.apply(rows.rows());
        return apply(rows, said, parts.foldOf.get(frame.id()), topK);
    }

    /** @param rows standardised @param fold null = all */
    SegmentationEvidence apply(
            RepairInputs.Rows rows, List<SegmentationEvidence> said, @Nullable Integer fold, int topK) {
        int cells = rows.grid().cells();
        float[] sums = new float[cells * parts.classes];
        int count = 0;
        for (int i = 0; i < parts.folds.size(); i++) {
            if (fold == null || fold == i) {
                for (SmallNetwork network : parts.folds.get(i)) {
                    network.addTo(sums, rows.rows(), parts.inputs.width(), cells);
                    count++;
                }
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] /= count;
        }
        return new PixelAnswer(parts.classes, topK).of(rows.grid(), sums, parts.inputs.experts(), rows.windows(), said);
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
        return Sha256.hex(digest);
    }

    private static void add(MessageDigest digest, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        digest.update(Integer.toString(values.length).getBytes(StandardCharsets.UTF_8));
        digest.update(bytes.array());
    }
}
