package dev.understudy.scenes;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.image.Palette;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.scenes.DatasetRenderer.WrittenFrame;
import dev.understudy.scenes.FrameRenderer.RenderedFrame;
import dev.understudy.scenes.RenderPlan.Group;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Renders the frames of one group and writes their files. Safe for several threads at once. */
final class FrameWriter {
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
        return full.with(record ->
                record.depth(depth).segmentation(segmentation).normals(normals).split(group.split()));
    }
}
