package dev.understudy.scenes;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertNotNull;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.files.Scratch;
import dev.understudy.files.Sha256;
import dev.understudy.scenes.DatasetRenderer.RenderSummary;
import dev.understudy.scenes.FrameRenderer.RenderedFrame;
import dev.understudy.scenes.RenderOptions.SceneKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class DatasetRendererTest {
    private Path folder;

    @BeforeClass
    public void makeFolder() throws IOException {
        folder = Scratch.folder("rendered");
    }

    @AfterClass
    public void removeFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    private static RenderPlan plan(int threads) {
        RenderOptions options = new RenderOptions(SceneKind.ROOMS, 48, 36, 3, 3, false, 1, 1, 0.5, 0);
        return RenderPlanBuilder.builder()
                .options(options)
                .labelled(5)
                .depthOnly(4)
                .validation(2)
                .test(3)
                .normals(true)
                .threads(threads)
                .build();
    }

    @Test
    public void threadsDoNotChangeTheBytes() throws Exception {
        Map<String, String> one = files(render("one", plan(1)));
        Map<String, String> four = files(render("four", plan(4)));
        assertEquals(four, one);
        assertEquals(one.size(), 14 * 4 + 4 + 2, one.keySet().toString());
    }

    @Test
    public void depthOnlyFramesHideTheirLabels() throws Exception {
        RenderSummary summary = render("hidden", plan(2));
        Manifest manifest = Manifest.read(summary.manifest());
        assertEquals(manifest.size(), 14);
        assertEquals(manifest.splits(), Set.of("train", "val", "test"));
        List<FrameRecord> hidden =
                manifest.frames().stream().filter(FrameRecord::isDepthOnly).toList();
        assertEquals(hidden.size(), 4);
        Manifest truth = Manifest.read(summary.truth());
        assertEquals(
                truth.frames().stream().map(FrameRecord::id).toList(),
                hidden.stream().map(FrameRecord::id).toList());
        for (int i = 0; i < hidden.size(); i++) {
            assertNull(hidden.get(i).normals());
            assertNotNull(truth.frames().get(i).segmentation());
            assertNotEquals(truth.frames().get(i).depth(), hidden.get(i).depth());
        }
    }

    @Test
    public void whatIsReadIsWhatWasRendered() throws Exception {
        RenderPlan plan = plan(2);
        Manifest manifest = Manifest.read(render("read", plan).manifest());
        DiskFrameSource source = new DiskFrameSource(manifest);
        FrameRenderer renderer = new FrameRenderer(plan.options(), "test");
        for (int i = 0; i < 3; i++) {
            Frame read = source.read(11 + i);
            RenderedFrame rendered = renderer.shoot(i);
            assertEquals(read.id(), rendered.frame().id());
            assertEquals(read.rgb().rgb(), rendered.frame().rgb().rgb());
            assertEquals(
                    read.segmentation().classes(),
                    rendered.frame().segmentation().classes());
            for (int p = 0; p < 48 * 36; p++) {
                assertEquals(read.depth().metres()[p], rendered.exactDepth().metres()[p], 1.02e-4);
            }
            assertEquals(read.record().pose(), rendered.frame().record().pose());
        }
    }

    @Test
    public void groupsShowDifferentPlaces() {
        RenderOptions options = plan(1).options();
        Frame train = new FrameRenderer(options, "labelled").render(0);
        Frame test = new FrameRenderer(options, "test").render(0);
        assertNotEquals(test.rgb().rgb(), train.rgb().rgb());
        assertNotEquals(test.id(), train.id());
    }

    @Test
    public void aFailedRenderingLeavesNoManifest() throws Exception {
        Path target = folder.resolve("failed");
        Files.createDirectories(target);
        Files.writeString(target.resolve(Manifest.FILE_NAME), "stale\n");
        Files.writeString(target.resolve("depth"), "a file where a folder should be");
        DatasetRenderer renderer = new DatasetRenderer(plan(2), target);
        try {
            renderer.render(Progress.NONE);
            assertTrue(false, "wrote into a file");
        } catch (IOException e) {
            assertFalse(Files.exists(target.resolve(Manifest.FILE_NAME)));
        }
    }

    @Test
    public void progressReachesTheEnd() throws Exception {
        List<Integer> seen = new ArrayList<>();
        new DatasetRenderer(plan(2), folder.resolve("progress")).render((done, total) -> {
            assertEquals(total, 14);
            seen.add(done);
        });
        assertEquals(seen.get(seen.size() - 1), Integer.valueOf(14));
        assertEquals(new HashSet<>(seen).size(), seen.size());
    }

    private RenderSummary render(String name, RenderPlan plan) throws Exception {
        return new DatasetRenderer(plan, folder.resolve(name)).render(Progress.NONE);
    }

    private static Map<String, String> files(RenderSummary summary) throws IOException {
        Path root = summary.manifest().getParent();
        Map<String, String> hashes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                hashes.put(root.relativize(file).toString(), Sha256.of(file));
            }
        }
        return hashes;
    }
}
