package dev.understudy.labeler;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.ListedFrames;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.Scratch;
import dev.understudy.scenes.FrameRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.ShardPlan.Shard;
import dev.understudy.store.ShardWriter;
import dev.understudy.store.StoreDescription;
import dev.understudy.store.StoreDescription.ExpertIdentity;
import dev.understudy.store.StoreDescriptionBuilder;
import dev.understudy.store.StorePublisher;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Rendered rooms with a noisy depth sensor, and the store of an expert that is made up: it sees one pixel in 4×4, is
 * unsure and sometimes wrong in blotches, and says so too boldly.
 */
public final class RoomsStore {
    private static final int CLASSES = 40;
    private static final int TOP_K = 3;
    private static final int CELL = 4;
    private static final int BLOTCH = 20;

    private RoomsStore() {}

    public static ListedFrames frames(int count, int width, int height, long seed) {
        FrameRenderer renderer =
                new FrameRenderer(new RenderOptions(SceneKind.ROOMS, width, height, seed, 2, false, 1, 1, 0.5, 0));
        return new ListedFrames(
                IntStream.range(0, count).mapToObj(renderer::render).toList());
    }

    /**
     * Writes the store of these rooms into the folder {@code store} of a new temporary one.
     */
    public static Path inTemporaryFolder(ListedFrames rooms) throws IOException {
        Path folder = Scratch.folder("rooms");
        write(rooms, folder.resolve("store"));
        return folder;
    }

    public static void write(ListedFrames rooms, Path store) throws IOException {
        write(rooms, store, "made-up", 0);
    }

    /**
     * @param salt experts with different ones err in different places. One that is not 0 errs in wide blotches, which
     *     nothing around tells, and its second class does not tell either
     */
    public static void write(ListedFrames rooms, Path store, String expert, int salt) throws IOException {
        List<Frame> frames = rooms.frames();
        List<FrameRecord> records = frames.stream().map(Frame::record).toList();
        Map<String, Frame> byId = new HashMap<>();
        frames.forEach(frame -> byId.put(frame.id(), frame));
        ShardPlan plan = ShardPlan.of(records, 4);
        StoreDescription description = StoreDescriptionBuilder.builder()
                .formatVersion(StoreDescription.FORMAT_VERSION)
                .tasks(List.of(Task.SEGMENTATION))
                .classes("nyud40")
                .numberOfClasses(CLASSES)
                .classMap("identity")
                .expert(new ExpertIdentity(expert, "0".repeat(64)))
                .preprocessing("none")
                .views(List.of("whole"))
                .topK(TOP_K)
                .shardSize(plan.shardSize())
                .plan(plan.digest())
                .build();
        try (StorePublisher publisher = StorePublisher.open(store, description, plan, ResumeOptions.DEFAULT)) {
            for (Shard shard : publisher.missing()) {
                try (ShardWriter writer = ShardWriter.create(store, description, shard, "once", 1)) {
                    for (FrameRecord record : shard.frames()) {
                        writer.put(record, evidence(byId.get(record.id()), salt));
                    }
                    publisher.commit(writer.finish());
                }
            }
            publisher.complete();
        }
    }

    private static Evidence evidence(Frame frame, int salt) {
        int width = frame.width();
        int pixels = width * frame.height();
        Random random = new Random(frame.id().hashCode() + salt);
        LabelMap truth = frame.segmentation();
        byte[] classes = new byte[TOP_K * pixels];
        byte[] levels = new byte[TOP_K * pixels];
        for (int y = 0; y < frame.height(); y += CELL) {
            for (int x = 0; x < width; x += CELL) {
                if (salt != 0) {
                    random = new Random(Objects.hash(frame.id(), salt, x / BLOTCH, y / BLOTCH));
                }
                int actual = Math.min(truth.classAt(y * width + x), CLASSES - 1);
                double doubt = random.nextDouble();
                boolean wrong = random.nextDouble() < 0.6 * doubt * doubt;
                int other = (actual + 1 + random.nextInt(3)) % CLASSES;
                int level = (int) (255 * (1 - 0.35 * doubt));
                for (int i = 0; i < CELL * CELL; i++) {
                    int at = (y + i / CELL) * width + x + i % CELL;
                    classes[at] = (byte) (wrong ? other : actual);
                    classes[pixels + at] = (byte) (salt != 0 ? (classes[at] + 9) % CLASSES : wrong ? actual : other);
                    classes[2 * pixels + at] = (byte) (((salt != 0 ? classes[at] : actual) + 7) % CLASSES);
                    levels[at] = (byte) level;
                    levels[pixels + at] = (byte) Math.min(level, (255 - level) * 3 / 4);
                    levels[2 * pixels + at] = (byte) ((255 - level) / 8);
                }
            }
        }
        byte[] agreement = new byte[pixels];
        java.util.Arrays.fill(agreement, (byte) 255);
        return new Evidence(
                width,
                frame.height(),
                new SegmentationEvidence(TOP_K, classes, levels, new byte[pixels], agreement),
                null);
    }
}
