package dev.understudy.dataset.imports;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Reads segments of pictures of 2×3 pixels, counted down the columns, and refuses what is none. */
public class CocoFileTest {
    private static final String IMAGES =
            "'images': [{'id': 7, 'file_name': 'a.png', 'width': 2, 'height': 3, 'frame': 'room/a'}]";
    private static final String CATEGORIES =
            "'categories': [{'id': 4, 'name': 'wall'}, {'id': 9, 'name': 'floor'}, {'id': 0, 'name': 'background'}]";
    private static final byte NONE = (byte) LabelMap.IGNORE;

    private Path folder;

    @BeforeClass
    public void makeManifest() throws IOException {
        folder = Scratch.folder("coco");
        ManifestWriter.write(
                folder.resolve("manifest.jsonl"),
                List.of(
                        FrameRecord.of("room/a", "pictures/a.png").build(),
                        FrameRecord.of("room/b", "pictures/b.png").build()));
    }

    @AfterClass
    public void clean() throws IOException {
        Scratch.delete(folder);
    }

    @Test
    public void theLaterOfSegmentsThatOverlapCountsAndTheRestIsIgnored() throws IOException {
        // In whatever order the parts of the file come.
        CocoFile coco = open("{" + annotations(segment(1, 4, "[0, 4, 2]"), segment(2, 9, "'312'"))
                + ", 'more': {'deep': [[{}]]}, " + CATEGORIES + ", " + IMAGES + "}");
        // '312' is 3, 1, 2: the first pixel of the second column.
        assertEquals(coco.labels("room/a", 2, 3).classes(), new byte[] {0, 1, 0, NONE, 0, NONE});
    }

    @Test
    public void backgroundIsIgnored() throws IOException {
        CocoFile coco = open(file(segment(1, 4, "[0, 6]"), segment(2, 0, "[1, 5]")));
        assertEquals(coco.labels("room/a", 2, 3).classes(), new byte[] {0, NONE, NONE, NONE, NONE, NONE});
    }

    @Test
    public void aFrameIsFoundByItsIdItsPictureOrItsNameWithAnEnding() {
        CocoFile coco = open("{'images': [" + image(1, "'file_name': 'x.png', 'frame': 'room/a'") + ", "
                + image(2, "'file_name': 'pictures/b.png'") + ", " + image(3, "'file_name': 'other/c.jpeg'") + "]}");
        assertEquals(List.copyOf(coco.frames()), List.of("room/a", "room/b", "other/c.jpeg"));
        CocoFile named = open("{'images': [" + image(1, "'file_name': 'room/b.jpg'") + "]}");
        assertEquals(List.copyOf(named.frames()), List.of("room/b"));
    }

    @Test
    public void aByteOrderMarkAndLettersBeyondAsciiMoveNoSegment() throws IOException {
        CocoFile coco = open("\uFEFF{'info': 'Wände', " + IMAGES + ", " + CATEGORIES + ", "
                + annotations(segment(1, 9, "[5, 1]")) + "}");
        assertEquals(coco.labels("room/a", 2, 3).classes(), new byte[] {NONE, NONE, NONE, NONE, NONE, 1});
    }

    @DataProvider
    public Object[][] hostile() {
        String all = IMAGES + ", " + CATEGORIES;
        return new Object[][] {
            {"", "expected {"},
            {"[]", "expected {"},
            {"{", "found no whole JSON"},
            {"{}", "found no images"},
            {"{'images': 3}", "images"},
            {"{" + all + ", 'annotations': [[", "annotations"},
            {"{'info': " + "[".repeat(5000), "found no whole JSON"},
            {file(segment(1, 4, "[0, 5]")), "counts of 5 pixels"},
            {file(segment(1, 4, "[0, 7]")), "counts of 7 pixels"},
            {file(segment(1, 4, "'6'")).replace("[3, 2]", "[3, 2, 1]"), "height and width"},
            {file(segment(1, 4, "'6'")).replace("[3, 2]", "[3]"), "height and width"},
            {file(segment(1, 4, "'6'")).replace("[3, 2]", "[2, 3]"), "a mask of 3×2"},
            {file(segment(1, 4, "'6'")).replace("[3, 2]", "[-3, -2]"), "whole number from 0"},
            {file(segment(1, 4, "'6'")).replace("[3, 2]", "[65536, 65536]"), "65536×65536"},
            {file(segment(1, 4, "[9000000000, 1]")), "a run of 9000000000"},
            {file(segment(1, 4, "[1" + "0".repeat(30) + "]")), "out of range"},
            {file(segment(1, 4, "[-1, 7]")), "a run of -1"},
            {file(segment(1, 4, "['a']")), "among its counts"},
            {file(segment(1, 4, "[1.5, 4.5]")), "among its counts"},
            {file(segment(1, 4, "'é'")), "counts that are damaged"},
            {file(segment(1, 4, "'ooooooooooooooooo'")), "counts that are damaged"},
            {file(segment(1, 4, "'o'")), "counts that are damaged"},
            {file(segment(1, 4, "null")), "found no counts"},
            {
                file(segment(1, 4, "[6]").replaceAll("'segmentation': \\{.*}}", "'segmentation': [[0, 0, 1, 1]]}")),
                "found polygons"
            },
            {file(segment(1, 5, "[6]")), "category_id 5, which no category has"},
            {file(segment(1, 4, "[6]").replace("'image_id': 7", "'image_id': 8")), "image_id 8, which no image has"},
            {file(segment(1, 4, "[6]").replace("'image_id': 7", "'image_id': 'x'")), "whole number from 0"},
            {file(segment(1, 4, "[6]").replace("'image_id': 7,", "")), "expected image_id"},
            {file().replace("'wall'", "'wal'"), "'wal' is no class of nyud40"},
            {file().replace("'id': 9", "'id': 4"), "id 4 for the second time"},
            {file().replace("room/a", "../../etc/passwd"), "no part is '..'"},
            {file().replace(", 'frame': 'room/a'", "").replace("a.png", "../a.png"), "without '..'"},
            {"{'images': [" + image(1, "'frame': 'room/a'") + ", " + image(1, "'frame': 'room/b'") + "]}", "second"},
            {"{'images': [" + image(1, "'frame': 'room/a'") + ", " + image(2, "'frame': 'room/a'") + "]}", "one of each"
            },
        };
    }

    @Test(dataProvider = "hostile")
    public void whatIsNoSuchFileIsToldInOneLine(String json, String told) {
        DataException refusal = expectThrows(DataException.class, () -> open(json));
        assertTrue(refusal.getMessage().contains(told), refusal.getMessage());
        assertEquals(refusal.getMessage().lines().count(), 1, refusal.getMessage());
    }

    @Test
    public void aPictureOfAnotherSizeIsTold() {
        CocoFile coco = open(file(segment(1, 4, "[6]")));
        DataException refusal = expectThrows(DataException.class, () -> coco.labels("room/a", 3, 2));
        assertTrue(refusal.getMessage().contains("expected the picture's 3×2"), refusal.getMessage());
    }

    @Test
    public void filesThatEndAnywhereOrHaveAWrongByteAreReadOrRefused() throws IOException {
        String whole = file(segment(1, 4, "[0, 4, 2]"), segment(2, 9, "'312'"));
        for (int end = 0; end < whole.length(); end++) {
            String part = whole.substring(0, end);
            expectThrows(DataException.class, () -> open(part));
        }
        long seed = 5;
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            StringBuilder changed = new StringBuilder(whole);
            changed.setCharAt(random.nextInt(whole.length()), (char) (' ' + random.nextInt(95)));
            try {
                CocoFile coco = open(changed.toString());
                for (String frame : coco.frames()) {
                    if (frame.equals("room/a")) {
                        coco.labels(frame, 2, 3);
                    }
                }
            } catch (DataException e) {
                assertEquals(e.getMessage().lines().count(), 1, "seed " + seed + ": " + e.getMessage());
            }
        }
    }

    @Test
    public void aListOfRunsThatNeverEndsTakesNoMemory() throws IOException {
        Path file = folder.resolve("long.json");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(json("{'annotations': [{'id': 1, 'segmentation': {'size': [3, 2], 'counts': ["));
            byte[] runs = "0,0,0,0,0,0,0,0,".repeat(1 << 12).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 256; i++) {
                out.write(runs);
            }
            out.write(json("7]}}]}"));
        }
        DataException refusal = expectThrows(DataException.class, () -> open(file));
        assertTrue(refusal.getMessage().contains("expected image_id"), refusal.getMessage());
    }

    private static String file(String... segments) {
        return "{" + IMAGES + ", " + CATEGORIES + ", " + annotations(segments) + "}";
    }

    private static String annotations(String... segments) {
        return "'annotations': [" + String.join(", ", segments) + "]";
    }

    private static String segment(int id, int category, String counts) {
        return "{'id': " + id + ", 'image_id': 7, 'category_id': " + category + ", 'segmentation': {'counts': " + counts
                + ", 'size': [3, 2]}}";
    }

    private static String image(int id, String names) {
        return "{'id': " + id + ", 'width': 2, 'height': 3, " + names + "}";
    }

    private CocoFile open(String json) {
        try {
            return open(Files.write(folder.resolve("labels.json"), json(json)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private CocoFile open(Path file) {
        return CocoFile.open(file, Manifest.read(folder), ClassSpace.load("nyud40"));
    }

    private static byte[] json(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
