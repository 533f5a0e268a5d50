package dev.understudy.pipeline.label;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import dev.understudy.labeler.Expert;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.StoreDescription;
import dev.understudy.store.StoreDescription.ExpertIdentity;
import dev.understudy.store.StoreDescriptionBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Frames and an expert that cost nothing, for tests of the job around them. */
public final class SyntheticFrames {
    static final int WIDTH = 24;
    static final int HEIGHT = 16;
    public static final int CLASSES = 5;

    private SyntheticFrames() {}

    public static List<FrameRecord> records(int count) {
        List<FrameRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = String.format(Locale.ROOT, "synthetic/%04d", i);
            records.add(FrameRecord.of(id, id + ".png").split("train").build());
        }
        return records;
    }

    public static StoreDescription description(ShardPlan plan) {
        return StoreDescriptionBuilder.builder()
                .formatVersion(StoreDescription.FORMAT_VERSION)
                .tasks(List.of(Task.SEGMENTATION))
                .classes("nyud40")
                .numberOfClasses(CLASSES)
                .classMap("identity")
                .expert(new ExpertIdentity("synthetic", Sha256.of("synthetic")))
                .preprocessing("none")
                .views(List.of("plain"))
                .topK(2)
                .shardSize(plan.shardSize())
                .plan(plan.digest())
                .build();
    }

    /** A picture that depends on the frame's id alone. Ids that end in 7 cannot be read. */
    public static Frame read(FrameRecord record) {
        if (record.id().endsWith("7")) {
            throw new DataException(record.rgb() + ": cut off; copy it again");
        }
        byte[] rgb = new byte[WIDTH * HEIGHT * 3];
        new Random(record.id().hashCode()).nextBytes(rgb);
        return new Frame(record, new RgbImage(WIDTH, HEIGHT, rgb), null, null, null);
    }

    /** Two classes a pixel, out of its colour. */
    public static Evidence label(Frame frame) {
        int pixels = frame.width() * frame.height();
        byte[] classes = new byte[2 * pixels];
        byte[] probability = new byte[2 * pixels];
        for (int i = 0; i < pixels; i++) {
            int red = frame.rgb().rgb()[3 * i] & 0xFF;
            classes[i] = (byte) (red % CLASSES);
            classes[pixels + i] = (byte) ((red + 1) % CLASSES);
            probability[i] = (byte) (128 + red / 2);
            probability[pixels + i] = (byte) (127 - red / 2);
        }
        byte[] agreement = new byte[pixels];
        java.util.Arrays.fill(agreement, (byte) 255);
        return new Evidence(
                frame.width(),
                frame.height(),
                new SegmentationEvidence(2, classes, probability, new byte[pixels], agreement),
                null);
    }

    public static Expert expert() {
        return new Expert() {
            @Override
            public Evidence predict(Frame frame) {
                return label(frame);
            }

            @Override
            public void close() {
                // Holds nothing.
            }
        };
    }
}
