package dev.understudy.pipeline.label;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.store.StoreDescription.StoreTotals;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code understudy label} does.
 *
 * @param manifest the frames
 * @param split only frames of this split; null = all
 * @param frames which of them
 * @param store where the evidence goes
 * @param also other experts that label the same frames in the same job, each into a store of its own; every frame is
 *     read once for all, and every executor holds all their networks
 * @param batch frames that are shown to an expert at once, where they have one size and its network takes several;
 *     worth it on a GPU. More than one may round otherwise, so a store is gone on with by the batch that it was begun
 *     with.
 * @param shardSize frames that are labelled by one task and stored in one file
 * @param maxPixels width × height of the largest picture that is decoded; larger ones are quarantined
 * @param maxQuarantined frames that may be unreadable, a number ({@code 20}) or a share ({@code 5%}); with more the job
 *     finishes and ends with exit code 4
 * @param sendCheckpoint whether Spark brings the checkpoint to the executors; otherwise they find it under its path
 */
@RecordBuilder
public record LabelConfiguration(
        Path manifest,
        @Nullable String split,
        @Default("unlabelled") FrameChoice frames,
        Path store,
        ExpertConfiguration expert,
        @Default("[]") List<Also> also,
        @Default("1") int batch,
        @Default("32") int shardSize,
        @Default("" + ImageHeader.DEFAULT_MAX_PIXELS) long maxPixels,
        @Default("50%") String maxQuarantined,
        @Default("false") boolean sendCheckpoint,
        @Default("{}") SparkConfiguration spark) {
    /** The most pictures of one call; more help no device and cost memory. */
    private static final int MOST_AT_ONCE = 256;

    /** Another expert and its store. */
    public record Also(ExpertConfiguration expert, Path store) {}

    public LabelConfiguration {
        also = List.copyOf(also);
        Checks checks = new Checks()
                .inRange("shardSize", shardSize, 1, 1_000_000)
                .inRange("batch", batch, 1, MOST_AT_ONCE)
                .atLeast("maxPixels", maxPixels, 1);
        Set<Path> stores = new HashSet<>(Set.of(store.toAbsolutePath().normalize()));
        for (int i = 0; i < also.size(); i++) {
            Path other = also.get(i).store();
            checks.that(
                    stores.add(other.toAbsolutePath().normalize()),
                    "also." + i + ".store",
                    "must be a store of its own, found " + other + " again");
        }
        checks.verify();
        QuarantineLimit.parse(maxQuarantined);
    }

    /** With what the command line and the file leave open, frames in, one expert's labels out. */
    public static LabelConfigurationBuilder of(Path manifest, ExpertConfiguration expert, Path store) {
        return LabelConfigurationBuilder.builder()
                .manifest(manifest)
                .expert(expert)
                .store(store)
                .frames(FrameChoice.UNLABELLED)
                .also(List.of())
                .batch(1)
                .shardSize(32)
                .maxPixels(ImageHeader.DEFAULT_MAX_PIXELS)
                .maxQuarantined("50%")
                .sendCheckpoint(false)
                .spark(new SparkConfiguration("local[*]", 1, Map.of()));
    }

    /** What would label into each of the stores alone, in order. */
    public List<LabelConfiguration> each() {
        List<LabelConfiguration> each = new ArrayList<>();
        each.add(LabelConfigurationBuilder.builder(this).also(List.of()).build());
        also.forEach(other -> each.add(LabelConfigurationBuilder.builder(this)
                .also(List.of())
                .expert(other.expert())
                .store(other.store())
                .build()));
        return each;
    }

    /** How many frames may be quarantined before a job counts as failed: a number, or a share of all frames. */
    public record QuarantineLimit(double value, boolean isShare) {
        private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)\\s*(%?)");

        /** @param text {@code 20} or {@code 5%} */
        public static QuarantineLimit parse(String text) {
            Matcher matcher = FORM.matcher(text.strip());
            if (matcher.matches()) {
                double value = Double.parseDouble(matcher.group(1));
                boolean share = !matcher.group(2).isEmpty();
                if (share ? value <= 100 : value == Math.rint(value)) {
                    return new QuarantineLimit(value, share);
                }
            }
            throw new ConfigurationException(
                    "maxQuarantined: " + text + ", expected a number of frames such as 20, or a share such as 5%");
        }

        public boolean isExceededBy(StoreTotals totals) {
            return isExceededBy(totals.quarantined(), totals.frames() + totals.quarantined());
        }

        /** @param frames of which {@code quarantined} could not be read */
        public boolean isExceededBy(long quarantined, long frames) {
            return quarantined > (isShare ? value / 100 * frames : value);
        }

        @Override
        public String toString() {
            return (value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%s", value))
                    + (isShare ? "%" : "");
        }
    }

    /** Which frames of a manifest are meant. */
    public enum FrameChoice {
        /** Those without segmentation. */
        UNLABELLED {
            @Override
            public boolean takes(FrameRecord frame) {
                return frame.segmentation() == null;
            }

            @Override
            String inWords() {
                return "without segmentation";
            }
        },
        /** Those with depth and without segmentation. */
        DEPTH_ONLY {
            @Override
            public boolean takes(FrameRecord frame) {
                return frame.isDepthOnly();
            }

            @Override
            String inWords() {
                return "with depth and without segmentation";
            }
        },
        /** Those without depth, for a depth expert. */
        WITHOUT_DEPTH {
            @Override
            public boolean takes(FrameRecord frame) {
                return frame.depth() == null;
            }

            @Override
            String inWords() {
                return "without depth";
            }
        },
        /** Every one, for example to see how right the expert is. */
        ALL {
            @Override
            public boolean takes(FrameRecord frame) {
                return true;
            }

            @Override
            String inWords() {
                return "listed";
            }
        };

        public abstract boolean takes(FrameRecord frame);

        abstract String inWords();
    }
}
