package dev.understudy.cli.train;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.files.Scratch;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainingSources;
import dev.understudy.store.LabelStore;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.testng.Assert;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Street frames with labels but no depth get it from a student with a depth head alone, as KITTI's do. */
public class DepthFromStoreIT {
    private Scratch scratch;
    private Path streets;
    private Path store;

    @BeforeClass
    public void labelDepth() throws IOException {
        scratch = Scratch.create();
        streets = scratch.resolve("streets");
        store = scratch.resolve("store");
        Path student = scratch.resolve("depth.pth");
        Students.write(student, 0, 3, Task.DEPTH);
        CommandLineRun.render("streets", "96x32", 3, 2, streets);
        Manifest manifest = Manifest.read(streets);
        List<FrameRecord> frames = new ArrayList<>();
        for (FrameRecord frame : manifest.frames()) {
            frames.add(frame.isDepthOnly() ? frame : withoutDepth(frame));
        }
        ManifestWriter.write(streets.resolve("manifest.jsonl"), frames);
        CommandLineRun.done(
                "label",
                "--expert",
                "mt-lw-refinenet",
                "--checkpoint",
                student,
                "--manifest",
                streets,
                "--frames",
                "without-depth",
                "--set",
                "expert.mirror=true",
                "--master",
                "local[1]",
                "--store",
                store);
    }

    private static FrameRecord withoutDepth(FrameRecord frame) {
        return FrameRecord.of(frame.id(), frame.rgb())
                .segmentation(frame.segmentation())
                .split(frame.split())
                .classes(frame.classes())
                .build();
    }

    @AfterClass
    public void remove() throws IOException {
        scratch.close();
    }

    private TrainConfiguration recipe(String source) {
        String yaml = String.join(
                "\n",
                "out: '" + scratch.resolve("run") + "'",
                "classes: cityscapes19",
                "sources:",
                "  real: " + source,
                "trainer:",
                "  seed: 1",
                "  network: {architecture: mt-lw-refinenet, tasks: [segmentation, depth], classes: 19}",
                "  stages:",
                "    - {name: a, epochs: 1, batch: 1, crop: {width: 32, height: 32}, sources: {real: 1.0}}");
        return ConfigurationLoader.parse("recipe", yaml, TrainConfiguration.class, List.of());
    }

    @Test
    public void believesWhereViewsAgreeAndLeavesMeasuredDepthAlone() {
        double spread = 0.05;
        TrainConfiguration recipe =
                recipe("{manifest: '" + streets + "', depthStore: '" + store + "', maxDepthSpread: " + spread + "}");
        try (TrainingSources sources = TrainingSources.open(recipe);
                LabelStore labels = LabelStore.open(store)) {
            Assert.assertEquals(labels.ids().size(), 3, "frames with depth are not labelled");
            TrainingSet real = sources.sets().get("real");
            Assert.assertEquals(real.size(), 5);
            int believed = 0;
            int dropped = 0;
            for (int i = 0; i < real.size(); i++) {
                TrainingFrame frame = real.get(i);
                DepthMap depth = Objects.requireNonNull(frame.depth(), frame.id());
                if (!labels.contains(frame.id())) {
                    Assert.assertNull(frame.segmentation(), "only the depth-only frames keep their depth");
                    continue;
                }
                Assert.assertNotNull(frame.segmentation());
                DepthEvidence said =
                        Objects.requireNonNull(labels.get(frame.id()).depth());
                for (int p = 0; p < said.metres().length; p++) {
                    boolean agreed = said.spread()[p] <= spread * said.metres()[p];
                    Assert.assertEquals(depth.metres()[p], agreed ? said.metres()[p] : 0f);
                    believed += agreed ? 1 : 0;
                    dropped += agreed ? 0 : 1;
                }
            }
            Assert.assertTrue(believed > 0 && dropped > 0, believed + " believed, " + dropped + " dropped");
        }
    }

    @Test
    public void aStoreOfLabelsIsRefused() throws IOException {
        Path student = scratch.resolve("labels.pth");
        Path labels = scratch.resolve("labels");
        Students.write(student, 19, 3, Task.SEGMENTATION);
        CommandLineRun.label(student, "cityscapes19", streets, labels);
        TrainConfiguration recipe = recipe("{manifest: '" + streets + "', depthStore: '" + labels + "'}");
        ConfigurationException e =
                Assert.expectThrows(ConfigurationException.class, () -> TrainingSources.open(recipe));
        Assert.assertTrue(e.getMessage().contains("keeps no depth"), e.getMessage());
    }
}
