package dev.understudy.cli.fuse;

import static org.testng.Assert.assertEquals;

import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.fusion.FusionOptions;
import dev.understudy.pipeline.ParentStores;
import dev.understudy.pipeline.ParentStores.SharedStores;
import dev.understudy.pipeline.fuse.LabelledScenes;
import dev.understudy.pipeline.fuse.SceneTask;
import dev.understudy.pipeline.spark.CancelledTask;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.StoreDescription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.testng.annotations.Test;

public class SceneTaskIT {
    @Test(timeOut = 180_000)
    public void aCancelledTaskEndsBeforeItsNextFrameAndLeavesNothingBehind() throws Exception {
        try (Scratch scratch = Scratch.create()) {
            Path manifest = LabelledScenes.render(scratch.resolve("rooms"), 1);
            Path labels = scratch.resolve("labels");
            LabelledScenes.label(manifest, labels, 1);
            Manifest frames = Manifest.read(manifest);
            Path out = scratch.resolve("fused");
            ParentStores parents = ParentStores.open(List.of(labels), "fuse");
            ShardPlan plan = ShardPlan.ofGroups(frames.frames(), List.of(frames.frames()), 2);
            StoreDescription description = parents.derived(plan, parents.known(), "fuse");
            SceneTask task = new SceneTask(
                    frames.folder().toString(),
                    parents.paths(),
                    out.toString(),
                    null,
                    description,
                    FusionOptions.DEFAULT,
                    1);
            try {
                // Shards would be there after every second frame.
                CancelledTask.run(new SceneTask.Work("room", plan.shards()), work -> {
                    CancelledTask.inTheMiddle();
                    return task.fuse(work);
                });
            } finally {
                SharedStores.close();
            }
            try (Stream<Path> left = Files.exists(out) ? Files.walk(out) : Stream.of()) {
                assertEquals(left.filter(Files::isRegularFile).toList(), List.of());
            }
        }
    }
}
