package dev.understudy.pipeline.fuse;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.Sha256;
import dev.understudy.scenes.DatasetRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import dev.understudy.scenes.RenderPlan;
import dev.understudy.store.LabelStore;
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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/**
 * Rendered rooms of {@value #VIEWS} views each, and stores of an expert who is wrong on a third of the blocks of
 * pixels, each time elsewhere.
 */
public final class LabelledScenes {
    public static final int VIEWS = 6;
    public static final int CLASSES = 40;
    private static final int BLOCK = 4;

    private LabelledScenes() {}

    /** Writes a data set. @return its manifest, in which every frame has its truth */
    public static Path render(Path folder, int scenes) throws IOException, InterruptedException {
        RenderOptions options = RenderOptions.of(SceneKind.ROOMS, 48, 36, 5).withViewsPerPlace(VIEWS);
        RenderPlan rooms = RenderPlan.annotated(options, VIEWS * scenes)
                .with(plan -> plan.normals(false).threads(1));
        return new DatasetRenderer(rooms, folder).render((done, of) -> {}).manifest();
    }

    /** Another manifest of the same frames beside the first. */
    public static Path manifest(Path manifest, String name, List<FrameRecord> frames) throws IOException {
        Path target = manifest.resolveSibling(name);
        ManifestWriter.write(target, frames);
        return target;
    }

    /** What an expert says of a frame, of which it may see the truth. */
    @FunctionalInterface
    public interface Answer {
        Evidence of(Frame frame);
    }

    /** Labels all frames. @param expert decides where it errs; with depth too if it is 1 */
    public static void label(Path manifest, Path store, int expert) throws IOException {
        boolean depth = expert == 1;
        label(manifest, store, "expert " + expert, depth, frame -> answer(frame, expert, depth));
    }

    /** Labels all frames. @param expert a name of its own @param depth whether it answers that too */
    public static void label(Path manifest, Path store, String expert, boolean depth, Answer answer)
            throws IOException {
        Manifest frames = Manifest.read(manifest);
        DiskFrameSource source = new DiskFrameSource(frames);
        ShardPlan plan = ShardPlan.of(frames.frames(), 8);
        StoreDescription description = StoreDescriptionBuilder.builder()
                .formatVersion(StoreDescription.FORMAT_VERSION)
                .tasks(depth ? List.of(Task.SEGMENTATION, Task.DEPTH) : List.of(Task.SEGMENTATION))
                .classes("nyud40")
                .numberOfClasses(CLASSES)
                .classMap("identity")
                .expert(new ExpertIdentity("made-up", Sha256.of(expert)))
                .preprocessing("none")
                .views(List.of("plain"))
                .topK(2)
                .shardSize(plan.shardSize())
                .plan(plan.digest())
                .build();
        try (StorePublisher publisher =
                StorePublisher.open(store, description, plan, new ResumeOptions(true, false, false))) {
            for (Shard shard : publisher.missing()) {
                try (ShardWriter writer = ShardWriter.create(store, description, shard, "a", 1)) {
                    for (FrameRecord record : shard.frames()) {
                        writer.put(record, answer.of(source.read(frames.frames().indexOf(record))));
                    }
                    publisher.commit(writer.finish());
                }
            }
            publisher.complete();
        }
    }

    /** An expert that calls every class by the name of another. @param shift to that; 0 = it knows everything */
    public static Evidence renaming(Frame frame, int shift) {
        byte[] truth = Objects.requireNonNull(frame.segmentation()).classes();
        int pixels = truth.length;
        byte[] classes = new byte[2 * pixels];
        byte[] probability = new byte[2 * pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int right = (truth[pixel] & 0xFF) == LabelMap.IGNORE ? 0 : truth[pixel];
            classes[pixel] = (byte) ((right + shift) % CLASSES);
            classes[pixels + pixel] = (byte) ((right + shift + 1) % CLASSES);
            probability[pixel] = (byte) 180;
            probability[pixels + pixel] = 40;
        }
        byte[] agreement = new byte[pixels];
        Arrays.fill(agreement, (byte) 255);
        return new Evidence(
                frame.width(),
                frame.height(),
                new SegmentationEvidence(2, classes, probability, new byte[pixels], agreement),
                new DepthEvidence(Objects.requireNonNull(frame.depth()).metres(), new float[pixels]));
    }

    private static Evidence answer(Frame frame, int expert, boolean depth) {
        byte[] truth = Objects.requireNonNull(frame.segmentation()).classes();
        int pixels = truth.length;
        Random random = new Random(31 * frame.id().hashCode() + expert);
        byte[] classes = new byte[2 * pixels];
        byte[] probability = new byte[2 * pixels];
        byte[] entropy = new byte[pixels];
        byte[] agreement = new byte[pixels];
        int[] shift = new int[pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int x = pixel % frame.width() / BLOCK * BLOCK;
            int y = pixel / frame.width() / BLOCK * BLOCK;
            int corner = y * frame.width() + x;
            if (corner == pixel) {
                shift[pixel] = random.nextInt(3) == 0 ? 1 + random.nextInt(CLASSES - 1) : 0;
            }
            shift[pixel] = shift[corner];
            int right = (truth[pixel] & 0xFF) == LabelMap.IGNORE ? 0 : truth[pixel];
            classes[pixel] = (byte) ((right + shift[pixel]) % CLASSES);
            classes[pixels + pixel] = (byte) ((right + shift[pixel] + 1) % CLASSES);
            probability[pixel] = (byte) (shift[pixel] == 0 ? 180 : 120);
            probability[pixels + pixel] = 50;
            entropy[pixel] = 60;
            agreement[pixel] = (byte) 255;
        }
        return new Evidence(
                frame.width(),
                frame.height(),
                new SegmentationEvidence(2, classes, probability, entropy, agreement),
                depth ? new DepthEvidence(Objects.requireNonNull(frame.depth()).metres(), new float[pixels]) : null);
    }

    /** Share of all pixels for which a store has the true class. */
    public static double right(Path manifest, Path store) {
        long right = 0;
        long pixels = 0;
        try (LabelStore said = LabelStore.open(store)) {
            for (FrameRecord frame : Manifest.read(manifest).frames()) {
                byte[] truth = LabelFiles.read(manifest.resolveSibling(frame.segmentation()), 1 << 20)
                        .classes();
                byte[] answers = said.get(frame.id()).segmentation().classes();
                for (int pixel = 0; pixel < truth.length; pixel++) {
                    right += answers[pixel] == truth[pixel] ? 1 : 0;
                }
                pixels += truth.length;
            }
        }
        return (double) right / pixels;
    }
}
