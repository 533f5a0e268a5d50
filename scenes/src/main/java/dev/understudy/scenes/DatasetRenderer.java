package dev.understudy.scenes;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.image.Palette;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.scenes.DatasetRenderer.WrittenFrame;
import dev.understudy.scenes.FrameRenderer.RenderedFrame;
import dev.understudy.scenes.RenderPlan.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Renders a data set into a folder: pictures under {@code rgb/}, {@code depth/}, {@code segmentation/} and {@code
 * normals/}, {@code manifest.jsonl}, and for frames that hide their labels {@code truth.jsonl} beside it.
 *
 * <p>The manifest is written last, in one step, and an old one is removed first: what is there is complete. The same
 * plan gives the same bytes whatever the threads. Files of an earlier rendering in the folder are replaced.
 */
public final class DatasetRenderer {
    /** The manifest of what depth-only frames hide. */
    public static final String TRUTH_NAME = "truth.jsonl";
    /**
     * Frames that one task renders: those of a place belong together, but a long sequence must not hold up the others.
     */
    private static final int LONGEST_TASK = 8;

    private final RenderPlan plan;
    private final Path folder;
    private final Palette palette;

    public DatasetRenderer(RenderPlan plan, Path folder) {
        this.plan = plan;
        this.folder = folder;
        this.palette = ClassSpace.load(plan.options().scene().classes()).palette();
    }

    /**
     * @param progress told after every few frames, on the calling thread
     * @throws IOException if a file cannot be written; the folder then has no manifest
     */
    public RenderSummary render(Progress progress) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Path manifest = folder.resolve(Manifest.FILE_NAME);
        Path truth = folder.resolve(TRUTH_NAME);
        Files.deleteIfExists(manifest);
        Files.deleteIfExists(truth);
        List<WrittenFrame> frames = renderAll(progress);
        List<FrameRecord> hidden = frames.stream()
                .filter(WrittenFrame::hidesLabels)
                .map(WrittenFrame::truth)
                .toList();
        if (!hidden.isEmpty()) {
            ManifestWriter.write(truth, hidden);
        }
        ManifestWriter.write(manifest, frames.stream().map(WrittenFrame::shown).toList());
        double seconds = (System.nanoTime() - start) / 1e9;
        return new RenderSummary(manifest, hidden.isEmpty() ? null : truth, frames.size(), seconds);
    }

    private List<WrittenFrame> renderAll(Progress progress) throws IOException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(plan.workers());
        try {
            List<Future<List<WrittenFrame>>> tasks = new ArrayList<>();
            for (Group group : plan.groups()) {
                FrameWriter writer = new FrameWriter(plan, group, folder, palette);
                int step = Math.min(LONGEST_TASK, plan.options().viewsPerPlace());
                for (int first = 0; first < group.frames(); first += step) {
                    int from = first;
                    int to = Math.min(group.frames(), first + step);
                    tasks.add(pool.submit(() -> writer.write(from, to)));
                }
            }
            List<WrittenFrame> frames = new ArrayList<>();
            for (Future<List<WrittenFrame>> task : tasks) {
                frames.addAll(finished(task));
                progress.at(frames.size(), plan.frames());
            }
            return frames;
        } finally {
            pool.shutdownNow();
        }
    }

    private static List<WrittenFrame> finished(Future<List<WrittenFrame>> task)
            throws IOException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException(cause.getMessage(), cause);
            }
            throw new IllegalStateException("rendering failed", e.getCause());
        }
    }

    /**
     * What a rendering left on disk.
     *
     * @param manifest all frames; those that hide their labels have no segmentation there
     * @param truth the same frames that hide their labels, with labels and exact depth, for judging; null if there are
     *     none
     * @param frames in the manifest
     * @param seconds from start to end
     */
    public record RenderSummary(Path manifest, @Nullable Path truth, int frames, double seconds) {}

    /**
     * A frame on disk.
     *
     * @param shown its line in the manifest
     * @param truth its line with everything that is known
     */
    record WrittenFrame(FrameRecord shown, FrameRecord truth) {
        boolean hidesLabels() {
            return shown.segmentation() == null;
        }
    }

    /** Renders the frames of one group and writes their files. Safe for several threads at once. */
    private static final class FrameWriter {
        private final RenderPlan plan;
        private final Group group;
        private final Path folder;
        private final Palette palette;
        private final FrameRenderer renderer;

        FrameWriter(RenderPlan plan, Group group, Path folder, Palette palette) {
            this.plan = plan;
            this.group = group;
            this.folder = folder;
            this.palette = palette;
            this.renderer = new FrameRenderer(plan.options(), group.name());
        }

        List<WrittenFrame> write(int from, int to) throws IOException {
            List<WrittenFrame> written = new ArrayList<>();
            for (int index = from; index < to; index++) {
                written.add(write(renderer.shoot(index)));
            }
            return written;
        }

        private WrittenFrame write(RenderedFrame rendered) throws IOException {
            Frame frame = rendered.frame();
            FrameRecord full = frame.record();
            boolean measured = rendered.exactDepth() != frame.depth();
            String depth = Objects.requireNonNull(full.depth());
            String exact = measured && !group.exactDepth() ? "exact-" + depth : depth;
            RgbFiles.writePng(folder.resolve(full.rgb()), frame.rgb());
            depth(depth, group.exactDepth() ? rendered.exactDepth() : Objects.requireNonNull(frame.depth()));
            String segmentation = Objects.requireNonNull(full.segmentation());
            LabelFiles.write(folder.resolve(segmentation), Objects.requireNonNull(frame.segmentation()), palette);
            String normals = plan.normals() ? Objects.requireNonNull(full.normals()) : null;
            if (normals != null) {
                NormalFiles.write(folder.resolve(normals), Objects.requireNonNull(frame.normals()));
            }
            if (group.hidesLabels() && measured) {
                depth(exact, rendered.exactDepth());
            }
            FrameRecord shown =
                    group.hidesLabels() ? record(full, depth, null, null) : record(full, depth, segmentation, normals);
            return new WrittenFrame(shown, record(full, exact, segmentation, normals));
        }

        private void depth(String path, DepthMap depth) throws IOException {
            DepthFiles.write(folder.resolve(path), depth, plan.options().scene().depthScale());
        }

        private FrameRecord record(
                FrameRecord full, String depth, @Nullable String segmentation, @Nullable String normals) {
            return full.with(record -> record.depth(depth)
                    .segmentation(segmentation)
                    .normals(normals)
                    .split(group.split()));
        }
    }
}
