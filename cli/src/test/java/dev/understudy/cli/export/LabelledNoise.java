package dev.understudy.cli.export;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/** A store of labels of made-up pictures, and what a policy keeps of them as {@code filter} writes it. */
public abstract class LabelledNoise {
    static final int WIDTH = 67;
    static final int HEIGHT = 50;
    static final int FRAMES = 5;
    static final String POLICY = "entropy-percentile: {drop: 0.3}";

    Scratch scratch;
    Path store;
    final Map<String, LabelMap> expected = new LinkedHashMap<>();

    @BeforeClass
    public void labelSomeFrames() throws IOException {
        scratch = Scratch.create();
        store = scratch.resolve("store");
        Students.write(scratch.resolve("student.pth"), 40, 9, Task.SEGMENTATION);
        Random random = new Random(8);
        List<FrameRecord> records = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            byte[] rgb = new byte[3 * WIDTH * HEIGHT];
            random.nextBytes(rgb);
            String id = "room.1/frame" + i;
            RgbFiles.writePng(scratch.resolve(id + ".png"), new RgbImage(WIDTH, HEIGHT, rgb));
            DepthFiles.write(
                    scratch.resolve(id + "-d.png"), new DepthMap(WIDTH, HEIGHT, new float[WIDTH * HEIGHT]), 1000);
            records.add(FrameRecord.of(id, id + ".png")
                    .depth(id + "-d.png")
                    .depthScale(1000.0)
                    .scene("room.1")
                    .build());
        }
        ManifestWriter.write(scratch.resolve("manifest.jsonl"), records);
        CommandLineRun.done(
                "label",
                "--expert",
                "mt-lw-refinenet",
                "--checkpoint",
                scratch.resolve("student.pth"),
                "--manifest",
                scratch.path(),
                "--store",
                store);
        CommandLineRun.done("filter", "--store", store, "--policy", POLICY, "--out", scratch.resolve("plain"));
        for (FrameRecord record : records) {
            expected.put(
                    record.id(), LabelFiles.read(scratch.resolve("plain/labels").resolve(record.id() + ".png")));
        }
        long dropped = expected.values().stream()
                .mapToLong(labels -> count(labels, LabelMap.IGNORE))
                .sum();
        assertTrue(dropped > 100, "a policy that drops something");
    }

    @AfterClass
    public void clean() throws IOException {
        scratch.close();
    }

    void export(String format, Path out, String... more) {
        List<Object> arguments = new ArrayList<>(
                List.of("export", "labels", "--store", store, "--policy", POLICY, "--format", format, "--out", out));
        arguments.addAll(List.of(more));
        CommandLineRun.done(arguments.toArray());
    }

    static long count(LabelMap labels, int wanted) {
        long count = 0;
        for (int i = 0; i < labels.classes().length; i++) {
            count += labels.classAt(i) == wanted ? 1 : 0;
        }
        return count;
    }

    /** Written from the format's description and not from the writer: lengths, then columns. */
    static boolean[] decode(String text) {
        List<Long> runs = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            long value = 0;
            int shift = 0;
            int bits;
            do {
                bits = text.charAt(at++) - 48;
                value |= (long) (bits & 31) << shift;
                shift += 5;
            } while ((bits & 32) != 0);
            if ((bits & 16) != 0) {
                value |= -1L << shift;
            }
            runs.add(runs.size() > 2 ? value + runs.get(runs.size() - 2) : value);
        }
        boolean[] mask = new boolean[WIDTH * HEIGHT];
        int place = 0;
        for (int run = 0; run < runs.size(); run++) {
            for (long i = 0; i < runs.get(run); i++, place++) {
                mask[place % HEIGHT * WIDTH + place / HEIGHT] = run % 2 == 1;
            }
        }
        assertEquals(place, mask.length);
        return mask;
    }
}
