package dev.understudy.store;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Task;
import dev.understudy.store.ShardPlan.Shard;
import dev.understudy.store.ShardWriter.FrameTiming;
import dev.understudy.store.ShardWriter.ShardResult;
import dev.understudy.store.StoreDescription.ExpertIdentity;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Small stores for tests: evidence is a function of a frame's id. */
final class StoreFixture {
    static final int CLASSES = 13;

    private StoreFixture() {}

    static FrameRecord frame(String id) {
        return FrameRecord.of(id, "rgb/" + id + ".png")
                .depth("depth/" + id + ".png")
                .split("train")
                .depthScale(1000.0)
                .build();
    }

    static List<FrameRecord> frames(int count) {
        List<FrameRecord> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            frames.add(frame(String.format(Locale.ROOT, "room/%03d", i)));
        }
        return frames;
    }

    static StoreDescription description(ShardPlan plan, List<Task> tasks, int topK) {
        boolean segmentation = tasks.contains(Task.SEGMENTATION);
        return StoreDescriptionBuilder.builder()
                .formatVersion(StoreDescription.FORMAT_VERSION)
                .tasks(tasks)
                .classes(segmentation ? "rooms13" : null)
                .numberOfClasses(segmentation ? CLASSES : 0)
                .classMap("identity")
                .expert(new ExpertIdentity("lw-refinenet50", "ab".repeat(32)))
                .preprocessing("imagenet")
                .views(List.of("whole", "mirrored"))
                .topK(segmentation ? topK : 0)
                .shardSize(plan.shardSize())
                .plan(plan.digest())
                .build();
    }

    static StoreDescription description(ShardPlan plan) {
        return description(plan, List.of(Task.SEGMENTATION, Task.DEPTH), 3);
    }

    static Evidence evidence(String id, StoreDescription description) {
        Random random = new Random(id.hashCode());
        int height = 5 + random.nextInt(4);
        int width = 7 + random.nextInt(4);
        return evidence(random, width, height, description);
    }

    static Evidence evidence(Random random, int width, int height, StoreDescription description) {
        return new Evidence(
                width,
                height,
                description.hasSegmentation() ? segmentation(random, width * height, description.topK()) : null,
                description.hasDepth() ? depth(random, width * height) : null);
    }

    private static SegmentationEvidence segmentation(Random random, int pixels, int topK) {
        byte[] classes = new byte[topK * pixels];
        byte[] probability = new byte[topK * pixels];
        byte[] entropy = new byte[pixels];
        byte[] agreement = new byte[pixels];
        for (int i = 0; i < pixels; i++) {
            int left = 255;
            for (int k = 0; k < topK; k++) {
                classes[k * pixels + i] = (byte) ((i / 7 + k) % CLASSES);
                int p = (left + 1) / 2 + random.nextInt(left / 4 + 1);
                probability[k * pixels + i] = (byte) p;
                left -= p;
            }
            entropy[i] = (byte) random.nextInt(256);
            agreement[i] = (byte) (random.nextBoolean() ? 255 : 128);
        }
        return new SegmentationEvidence(topK, classes, probability, entropy, agreement);
    }

    private static DepthEvidence depth(Random random, int pixels) {
        float[] metres = new float[pixels];
        float[] spread = new float[pixels];
        for (int i = 0; i < pixels; i++) {
            metres[i] = 1 + 9 * random.nextFloat();
            spread[i] = random.nextFloat() / 10;
        }
        return new DepthEvidence(metres, spread);
    }

    static ShardResult write(Path store, StoreDescription description, Shard shard, String attempt) throws IOException {
        return write(store, description, shard, attempt, id -> false);
    }

    static ShardResult write(
            Path store, StoreDescription description, Shard shard, String attempt, Predicate<String> unreadable)
            throws IOException {
        try (ShardWriter writer = ShardWriter.create(store, description, shard, attempt, 2)) {
            for (FrameRecord frame : shard.frames()) {
                if (unreadable.test(frame.id())) {
                    writer.quarantine(frame.id(), frame.rgb() + ": not a picture", "DataException");
                } else {
                    writer.put(frame, evidence(frame.id(), description));
                    writer.timing(new FrameTiming(frame.id(), 1.5, System.nanoTime() / 1e6, "here"));
                }
            }
            return writer.finish();
        }
    }

    /** A whole store in one go. */
    static StoreDescription label(Path store, List<FrameRecord> frames, int shardSize) throws IOException {
        ShardPlan plan = ShardPlan.of(frames, shardSize);
        StoreDescription description = description(plan);
        label(store, description, plan, ResumeOptions.DEFAULT, id -> false);
        return description;
    }

    /** Labels what is missing. @return ids of the shards that were labelled */
    static List<String> label(
            Path store,
            StoreDescription description,
            ShardPlan plan,
            ResumeOptions options,
            Predicate<String> unreadable)
            throws IOException {
        List<String> labelled = new ArrayList<>();
        try (StorePublisher publisher = StorePublisher.open(store, description, plan, options)) {
            for (Shard shard : publisher.missing()) {
                publisher.commit(write(store, description, shard, "attempt-" + System.nanoTime(), unreadable));
                labelled.add(shard.id());
            }
            publisher.complete();
        }
        return labelled;
    }

    /** Relative path → bytes in Latin-1 of all that must be the same for the same inputs. */
    static TreeMap<String, String> contents(Path store) throws IOException {
        TreeMap<String, String> contents = new TreeMap<>();
        walk(store, file -> {
            String name = store.relativize(file).toString();
            if (!name.startsWith("timing")) {
                contents.put(name, Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
            }
        });
        return contents;
    }

    private interface FileAction {
        void accept(Path file) throws IOException;
    }

    private static void walk(Path folder, FileAction action) throws IOException {
        try (var files = Files.walk(folder)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                try {
                    action.accept(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
