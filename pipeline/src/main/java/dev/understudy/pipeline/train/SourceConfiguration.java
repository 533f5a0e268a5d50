package dev.understudy.pipeline.train;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.labeler.filter.NoFilter;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.pipeline.label.LabelConfiguration.FrameChoice;
import dev.understudy.trainer.data.CropSize;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Frames to train on.
 *
 * @param manifest of them
 * @param split only frames of this split; null = all
 * @param take only unlabelled or depth-only ones, or all
 * @param require only frames that are annotated with these; empty = all
 * @param learn which annotations to learn from, whatever else the frames carry; empty = all
 * @param store labels to use in place of the frames' own segmentation; only frames that it holds are used. Null = the
 *     frames' own annotation
 * @param policy which of the store's labels to believe
 * @param otherStores stores that the policy compares with, by the names that it uses
 * @param root folder that the manifest's paths are relative to; null = the manifest's own
 * @param depthStore where frames without depth get it from, labelled by a depth expert; null = they stay without
 * @param maxDepthSpread of that depth, what is believed: standard deviation over the expert's views as a share of the
 *     depth
 * @param maxDepth metres; nothing is learnt from depth beyond it, as nothing beyond it is scored; null = no limit
 * @param labels how the store's labels are taught, {@code {soft: 5}}: by the five most probable classes of each pixel;
 *     null = as they are
 * @param size what pictures are shrunk to, with all that is known of them, before they are kept in memory, whatever
 *     their shape; null = as they are
 * @param truth what the labels would be with perfect knowledge, for ablations; null = what the policy makes of them
 */
@RecordBuilder
public record SourceConfiguration(
        Path manifest,
        @Nullable String split,
        @Default("all") FrameChoice take,
        @Default("[]") List<Task> require,
        @Default("[]") List<Task> learn,
        @Nullable Path store,
        @Default("none") PolicyRecipe policy,
        @Default("{}") Map<String, Path> otherStores,
        @Nullable Path root,
        @Nullable Path depthStore,
        @Default("" + MAX_DEPTH_SPREAD) double maxDepthSpread,
        @Nullable Double maxDepth,
        @Nullable Labels labels,
        @Nullable CropSize size,
        @Nullable TruthConfiguration truth)
        implements SourceConfigurationBuilder.With {
    private static final double MAX_DEPTH_SPREAD = 0.1;

    public SourceConfiguration {
        require = List.copyOf(require);
        learn = List.copyOf(learn);
        otherStores = Collections.unmodifiableMap(new TreeMap<>(otherStores));
        new Checks()
                .atLeast("maxDepthSpread", maxDepthSpread, 0)
                .positive("maxDepth", maxDepth == null ? 1 : maxDepth)
                .verify();
        if (store == null && !(policy instanceof NoFilter)) {
            throw new ConfigurationException("policy: filters a store's labels, but no store is given; add store");
        }
        if (store == null && labels != null && labels.soft() > 1) {
            throw new ConfigurationException(
                    "labels.soft: is of a store's probabilities, but no store is given; add store");
        }
    }

    /** All frames of a manifest as they are annotated; what is wanted otherwise is added by name. */
    public static SourceConfigurationBuilder of(Path manifest) {
        return SourceConfigurationBuilder.builder()
                .manifest(manifest)
                .take(FrameChoice.ALL)
                .require(List.of())
                .learn(List.of())
                .policy(new NoFilter())
                .otherStores(Map.of())
                .maxDepthSpread(MAX_DEPTH_SPREAD);
    }

    /**
     * How a store's labels are taught.
     *
     * @param soft how many of a pixel's stored classes the student is told, each with its probability, and what they
     *     leave as one remainder; 1 = the label alone
     */
    public record Labels(@Default("1") int soft) {
        /** More than a store keeps of any class space. */
        private static final int MOST = 255;

        public Labels {
            new Checks()
                    .that(soft >= 1 && soft <= MOST, "soft", "must be 1 to " + MOST + ", found " + soft)
                    .verify();
        }
    }

    /** How many of a pixel's stored classes are taught; 1 = the label alone. */
    public int soft() {
        return labels == null ? 1 : labels.soft();
    }

    /** The frames that are meant, in the store or not. */
    public Manifest frames() {
        Manifest frames = Manifest.read(manifest, split).filter(this::takes);
        return root == null ? frames : Manifest.of(root, frames.frames());
    }

    private boolean takes(FrameRecord frame) {
        return take.takes(frame) && isAnnotated(frame);
    }

    private boolean isAnnotated(FrameRecord frame) {
        return require.stream().allMatch(task -> switch (task) {
            case SEGMENTATION -> frame.segmentation() != null;
            case DEPTH -> frame.depth() != null;
            case NORMALS -> frame.normals() != null;
        });
    }

    /**
     * The truth of frames that a store labels, and what is done with it: the bounds that an ablation measures filters
     * by.
     *
     * @param manifest of the same frames, by id, with their segmentation
     */
    public record TruthConfiguration(Path manifest, Use use) {
        /** What a student gets. */
        public enum Use {
            /** The store's labels, as the policy leaves them, without those that are wrong. */
            FILTER,
            /** The true labels in place of the store's. */
            LABELS
        }
    }
}
