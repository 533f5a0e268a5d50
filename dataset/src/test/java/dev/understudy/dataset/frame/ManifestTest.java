package dev.understudy.dataset.frame;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ManifestTest {
    private static final List<Double> POSE =
            List.of(1.0, 0.0, 0.0, 0.5, 0.0, 1.0, 0.0, -0.25, 0.0, 0.0, 1.0, 1e-9, 0.0, 0.0, 0.0, 1.0);
    private static final FrameRecord FULL = FrameRecord.of("nyud/000464", "rgb/000464.png")
            .depth("depth/000464.png")
            .segmentation("labels/000464.png")
            .normals("normals/000464.png")
            .split("train")
            .classes("nyud40")
            .depthScale(5000.0)
            .scene("kitchen_0004")
            .pose(POSE)
            .intrinsics(new Intrinsics(518.86, 519.47, 325.58, 253.74))
            .build();
    private static final FrameRecord BARE = FrameRecord.of("b", "b c.jpg").build();

    private Path folder;

    @BeforeClass
    public void makeFolder() throws IOException {
        folder = Scratch.folder("manifest");
    }

    @Test
    public void aByteOrderMarkIsPassedOver() throws IOException {
        Path file = Scratch.folder("marked").resolve("manifest.jsonl");
        Files.writeString(file, "\uFEFF{\"id\":\"a\",\"rgb\":\"a.png\"}\r\n{\"id\":\"b\",\"rgb\":\"b.png\"}\r\n");
        assertEquals(Manifest.read(file).size(), 2);
        Files.writeString(file, "\uFEFF");
        assertEquals(Manifest.read(file).size(), 0);
    }

    @Test
    public void whatIsWrittenIsReadBack() throws IOException {
        Path file = folder.resolve("data/manifest.jsonl");
        ManifestWriter.write(file, List.of(FULL, BARE));
        Manifest manifest = Manifest.read(file);
        assertEquals(manifest.frames(), List.of(FULL, BARE));
        assertEquals(manifest.folder(), file.toAbsolutePath().getParent());
        assertEquals(Manifest.read(file.getParent()).frames(), manifest.frames());
        assertEquals(manifest.splits(), Set.of("train"));
        assertEquals(manifest.classSpaces(), Set.of("nyud40"));
        assertEquals(manifest.split("train").frames(), List.of(FULL));
        assertEquals(manifest.filter(FrameRecord::isDepthOnly).size(), 0);
        assertEquals(Files.readString(file), """
                {"id":"nyud/000464","rgb":"rgb/000464.png","depth":"depth/000464.png","segmentation":"labels/000464.png",\
                "normals":"normals/000464.png","split":"train","classes":"nyud40","depthScale":5000.0,\
                "scene":"kitchen_0004","pose":[1.0,0.0,0.0,0.5,0.0,1.0,0.0,-0.25,0.0,0.0,1.0,1.0E-9,0.0,0.0,0.0,1.0],\
                "intrinsics":{"fx":518.86,"fy":519.47,"cx":325.58,"cy":253.74}}
                {"id":"b","rgb":"b c.jpg"}
                """);
    }

    @Test
    public void nullsAndBlankLinesMeanNothing() throws IOException {
        Path file = write("\n{\"id\":\"b\",\"rgb\":\"b c.jpg\",\"depth\":null,\"pose\":null}\r\n  \n");
        assertEquals(Manifest.read(file).frames(), List.of(BARE));
        assertEquals(Manifest.read(write("")).size(), 0);
    }

    @DataProvider
    public Object[][] badLines() {
        return new Object[][] {
            {"{\"id\":\"a\"}", "found no 'rgb', expected one in every line; add it"},
            {"{\"id\":\"a\",\"rgb\":3}", "found a number for 'rgb', expected text"},
            {"{\"id\":\"a\",\"rgb\":\"a.png\",\"seg\":1}", "found unknown key 'seg'; known are id, rgb"},
            {"{\"id\":\"a\",\"rgb\":\"a.png\",\"depthscale\":1}", "did you mean 'depthScale'?"},
            {"{\"id\":\"a\",\"id\":\"b\",\"rgb\":\"a.png\"}", "Duplicate field 'id'"},
            {"[1]", "found a list, expected a JSON object"},
            {"id,rgb", "found no JSON at column"},
            {"{\"id\":\"a\",\"rgb\":\"a.png\"} {}", "found no JSON at column"},
            {"{\"id\":\"a/../b\",\"rgb\":\"a.png\"}", "found id 'a/../b', expected letters"},
            {"{\"id\":\"/a\",\"rgb\":\"a.png\"}", "found id '/a'"},
            {"{\"id\":\"..\",\"rgb\":\"a.png\"}", "found id '..'"},
            {"{\"id\":\"a b\",\"rgb\":\"a.png\"}", "found id 'a b'"},
            {"{\"id\":\"a\\u0007\",\"rgb\":\"a.png\"}", "found id 'a?'"},
            {"{\"id\":\"a\",\"rgb\":\"/etc/passwd\"}", "found rgb '/etc/passwd', expected a path inside"},
            {"{\"id\":\"a\",\"rgb\":\"x/../../y.png\"}", "found rgb 'x/../../y.png', expected a path inside"},
            {"{\"id\":\"a\",\"rgb\":\"..\\\\y.png\"}", "expected a path inside"},
            {"{\"id\":\"a\",\"rgb\":\"C:y.png\"}", "expected a path inside"},
            {"{\"id\":\"a\",\"rgb\":\"\"}", "expected a path inside"},
            {"{\"id\":\"a\",\"rgb\":\"a.png\",\"depth\":\"d.png\"}", "found depth without depthScale"},
            {"{\"id\":\"a\",\"rgb\":\"a.png\",\"depthScale\":0}", "found depthScale 0.0, expected a positive number"},
            {"{\"id\":\"a\",\"rgb\":\"a.png\",\"depthScale\":1e999}", "found depthScale Infinity"},
            {"{\"id\":\"a\",\"rgb\":\"a.png\",\"segmentation\":\"s.png\"}", "found segmentation without classes"},
            {"{\"id\":\"a\",\"rgb\":\"a.png\",\"pose\":[1,2]}", "found a list of 2 for 'pose', expected 16 numbers"},
            {"{\"id\":\"a\",\"rgb\":\"a.png\",\"intrinsics\":{\"fx\":1}}", "found no 'fy'"},
            {"{\"id\":\"a\",\"rgb\":\"a.png\",\"intrinsics\":{\"fx\":0,\"fy\":1,\"cx\":1,\"cy\":1}}", "not positive"},
            {"{\"id\":\"b\",\"rgb\":\"a.png\"}", "found id 'b' for the second time"},
            {"{\"id\":\"" + "x".repeat(70_000) + "\",\"rgb\":\"a.png\"}", "found a line of more than 65536 bytes"},
        };
    }

    @Test(dataProvider = "badLines")
    public void badLinesAreNamedByFileAndLine(String line, String problem) throws IOException {
        Path file = write("{\"id\":\"b\",\"rgb\":\"a.png\"}\n\n" + line + "\n");
        DataException e = expectThrows(DataException.class, () -> Manifest.read(file));
        assertTrue(e.getMessage().startsWith(file + ":3: "), e.getMessage());
        assertTrue(e.getMessage().contains(problem), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }

    @Test
    public void aMissingManifestIsSaid() {
        assertEquals(
                expectThrows(DataException.class, () -> Manifest.read(folder.resolve("no.jsonl")))
                        .getMessage(),
                folder.resolve("no.jsonl") + ": found no such file, expected a manifest; check the path");
    }

    @Test
    public void anUnpublishedManifestLeavesNothing() throws IOException {
        Path target = folder.resolve("unpublished/manifest.jsonl");
        try (ManifestWriter writer = new ManifestWriter(target)) {
            writer.add(BARE);
            FrameRecord outside = FrameRecord.of("c", "../c.png").build();
            expectThrows(IllegalArgumentException.class, () -> writer.add(outside));
        }
        try (Stream<Path> left = Files.list(target.getParent())) {
            assertEquals(left.count(), 0);
        }
    }

    private Path write(String lines) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "m", ".jsonl"), lines);
    }
}
