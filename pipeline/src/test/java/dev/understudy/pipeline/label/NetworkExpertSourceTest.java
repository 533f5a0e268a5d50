package dev.understudy.pipeline.label;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.Expert;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.model.onnx.OnnxGraph;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.testng.SkipException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What tasks of one JVM share: a session for each card, with the threads that a task has. */
public class NetworkExpertSourceTest {
    private static final int SIDE = 8;

    private Path folder;

    @BeforeMethod
    public void make() throws IOException {
        folder = Scratch.folder("understudy-source");
    }

    @AfterMethod
    public void remove() throws IOException {
        Scratch.delete(folder);
    }

    private ExpertConfiguration card(String name, float gain) throws IOException {
        OnnxGraph.colours(gain, 0, 1, SIDE, SIDE)
                .output("logits", OnnxGraph.FLOAT, 1, 3, SIDE, SIDE)
                .write(folder.resolve(name + ".onnx"));
        Path card = Files.writeString(
                folder.resolve(name + ".yaml"),
                "network: {onnx: " + name + ".onnx}\ninput: {size: 8x8, scale: 0.0039215686}\n"
                        + "outputs: {segmentation: {tensor: logits, kind: logits}}\n"
                        + "classes: [wall, floor, bed]\nmapTo: nyud40\n");
        return ExpertConfiguration.ofCard(card).build();
    }

    private static NetworkExpertSource source(ExpertConfiguration configuration, String job) {
        return NetworkExpertSource.of(configuration, ExpertPlan.of(configuration), job, false);
    }

    /** All red. */
    private static int label(Expert expert) {
        byte[] rgb = new byte[SIDE * SIDE * 3];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) 255;
        }
        Frame frame = new Frame(FrameRecord.of("a", "a.png").build(), new RgbImage(SIDE, SIDE, rgb), null, null, null);
        SegmentationEvidence said = Objects.requireNonNull(expert.predict(frame).segmentation());
        return said.classes()[0] & 0xFF;
    }

    /** What was loaded once needs no file any more; a task that came with another session would. */
    @Test
    public void tasksOfAJobShareOneSessionACard() throws Exception {
        NetworkExpertSource red = source(card("red", 20), "job of two");
        NetworkExpertSource other = source(card("other", -20), "job of two");
        try (Expert first = red.open(2);
                Expert beside = other.open(2)) {
            Files.delete(folder.resolve("red.onnx"));
            Files.delete(folder.resolve("other.onnx"));
            List<Integer> labels = new ArrayList<>();
            List<Thread> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                NetworkExpertSource source = i % 2 == 0 ? red : other;
                Thread task = new Thread(() -> {
                    try (Expert expert = source.open(2)) {
                        int label = label(expert);
                        synchronized (labels) {
                            labels.add(source == red ? label : 10 + label);
                        }
                    }
                });
                task.start();
                tasks.add(task);
            }
            for (Thread task : tasks) {
                task.join();
            }
            // The other one's red is the least likely of three, and its first of two that are alike is the floor.
            assertEquals(labels.stream().sorted().toList(), List.of(0, 0, 11, 11));
            assertEquals(label(first), 0);
            assertEquals(label(beside), 1);
        }
        NetworkExpertSource again =
                new NetworkExpertSource(red.configuration(), red.card(), red.sha256(), "next", false);
        DataException gone = expectThrows(DataException.class, () -> again.open(2));
        assertTrue(String.valueOf(gone.getMessage()).contains("red.onnx: there is no such file"), gone.getMessage());
    }

    /** The caller's thread is one of a task's; Java's own come and go by one or two. */
    @Test
    public void aSessionHasTheThreadsOfATask() throws IOException {
        if (!Files.isDirectory(Path.of("/proc/self/task"))) {
            throw new SkipException("/proc/self/task is not there");
        }
        NetworkExpertSource source = source(card("red", 20), "threads");
        NetworkExpertSource other = source(card("other", -20), "threads");
        try (Expert one = source.open(1)) {
            label(one);
        }
        int before = nativeThreads();
        try (Expert many = source.open(41)) {
            label(many);
            assertNear(nativeThreads() - before, 40, "the task's");
            try (Expert task = source.open(41)) {
                label(task);
            }
            assertNear(nativeThreads() - before, 40, "a second task brings none");
            try (Expert beside = other.open(41)) {
                label(beside);
                assertNear(nativeThreads() - before, 80, "another card has a session of its own");
            }
        }
        try (Expert few = source.open(1)) {
            label(few);
            assertNear(nativeThreads() - before, 0, "a job with other threads closes those before it");
        }
    }

    private static void assertNear(int found, int expected, String which) {
        assertTrue(Math.abs(found - expected) <= 4, found + " threads, expected " + expected + ": " + which);
    }

    private static int nativeThreads() throws IOException {
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            return (int) tasks.count() - ManagementFactory.getThreadMXBean().getThreadCount();
        }
    }
}
