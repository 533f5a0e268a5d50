package dev.understudy.labeler;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotNull;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.model.inference.PictureNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What {@link Expert} promises, of every kind of expert that there is. */
public class ExpertContractTest {
    private static final long SEED = 20261129;

    private Path folder;
    private ContractExperts experts;

    @BeforeClass
    public void make() throws IOException {
        System.out.println("seed " + SEED);
        folder = Scratch.folder("understudy-contract");
        experts = new ContractExperts(folder);
    }

    @AfterClass
    public void remove() throws IOException {
        Scratch.delete(folder);
    }

    @DataProvider
    public Object[][] all() throws IOException {
        return experts.all().stream().map(one -> new Object[] {one}).toArray(Object[][]::new);
    }

    @DataProvider
    public Object[][] overflowing() throws IOException {
        return experts.overflowing().stream().map(one -> new Object[] {one}).toArray(Object[][]::new);
    }

    /** Of two sizes, in turn, so that what is shown together has to find its way back. */
    private static List<Frame> frames() {
        Random random = new Random(SEED);
        List<Frame> frames = new ArrayList<>();
        for (int[] size : new int[][] {{70, 46}, {33, 50}, {70, 46}, {33, 50}, {70, 46}}) {
            byte[] rgb = new byte[size[0] * size[1] * 3];
            random.nextBytes(rgb);
            String id = "f" + frames.size();
            frames.add(new Frame(
                    FrameRecord.of(id, id + ".png").build(), new RgbImage(size[0], size[1], rgb), null, null, null));
        }
        return frames;
    }

    @Test(dataProvider = "all")
    public void evidenceIsOfTheFramesSizeAndOfThePlansTasks(ContractExperts.Named named) {
        ExpertPlan plan = ExpertPlan.of(named.configuration());
        try (Expert expert = NetworkExpert.load(named.configuration(), 1)) {
            for (Frame frame : frames()) {
                Evidence evidence = expert.predict(frame);
                assertEquals(evidence.width(), frame.rgb().width());
                assertEquals(evidence.height(), frame.rgb().height());
                SegmentationEvidence segmentation = evidence.segmentation();
                if (plan.tasks().contains(Task.SEGMENTATION)) {
                    assertNotNull(segmentation);
                    assertEquals(segmentation.topK(), plan.topK());
                    assertEquals(
                            segmentation.pixels(),
                            frame.rgb().width() * frame.rgb().height());
                } else {
                    assertNull(segmentation);
                }
                assertEquals(evidence.depth() != null, plan.tasks().contains(Task.DEPTH));
                for (float metres : evidence.depth() == null
                        ? new float[0]
                        : evidence.depth().metres()) {
                    assertTrue(metres >= 0 && Float.isFinite(metres), named + " says " + metres + " m");
                }
            }
        }
    }

    @Test(dataProvider = "all")
    public void theSameFrameGetsTheSameBytes(ContractExperts.Named named) {
        Frame frame = frames().get(0);
        try (Expert expert = NetworkExpert.load(named.configuration(), 1)) {
            assertSame(expert.predict(frame), expert.predict(frame), named);
        }
    }

    /** Twice, since a network may learn at the first batch that it takes none. */
    @Test(dataProvider = "all")
    public void severalFramesGetWhatEachGetsAlone(ContractExperts.Named named) {
        List<Frame> frames = frames();
        try (Expert expert = NetworkExpert.load(named.configuration(), 1)) {
            for (int round = 0; round < 2; round++) {
                List<Evidence> together = expert.predict(frames);
                assertEquals(together.size(), frames.size());
                for (int i = 0; i < frames.size(); i++) {
                    assertNear(together.get(i), expert.predict(frames.get(i)), named + ", frame " + i);
                }
            }
        }
    }

    @Test(dataProvider = "all")
    public void noFramesGetNoEvidence(ContractExperts.Named named) {
        try (Expert expert = NetworkExpert.load(named.configuration(), 1)) {
            assertEquals(expert.predict(List.of()), List.of());
        }
    }

    @Test(dataProvider = "overflowing")
    public void whatIsNotFiniteIsNoEvidence(ContractExperts.Named named) {
        List<Frame> frames = frames();
        try (Expert expert = NetworkExpert.load(named.configuration(), 1)) {
            DataException alone = expectThrows(DataException.class, () -> expert.predict(frames.get(0)));
            assertTrue(String.valueOf(alone.getMessage()).startsWith("f0: "), alone.getMessage());
            expectThrows(DataException.class, () -> expert.predict(frames));
        }
    }

    @Test(dataProvider = "all")
    public void closingTwiceDoesNothingAndAClosedExpertAnswersNoMore(ContractExperts.Named named) {
        Expert expert = NetworkExpert.load(named.configuration(), 1);
        expert.predict(frames().get(0));
        expert.close();
        expert.close();
        expectThrows(IllegalStateException.class, () -> expert.predict(frames().get(0)));
    }

    @Test(dataProvider = "all")
    public void expertsOfOneNetworkDoNotCloseItForEachOtherAndMayWorkAtOnce(ContractExperts.Named named)
            throws Exception {
        ExpertPlan plan = ExpertPlan.of(named.configuration());
        Frame frame = frames().get(0);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (PictureNetwork network = plan.build(1)) {
            Evidence expected;
            try (Expert expert = new NetworkExpert(network.lent(), plan, 1)) {
                expected = expert.predict(frame);
            }
            List<Future<Evidence>> answers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                answers.add(threads.submit(() -> {
                    try (Expert expert = new NetworkExpert(network.lent(), plan, 1)) {
                        expert.predict(frame);
                        return expert.predict(frame);
                    }
                }));
            }
            for (Future<Evidence> answer : answers) {
                assertSame(answer.get(), expected, named);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test(dataProvider = "all")
    public void anInterruptedThreadIsAnsweredOrToldAndStaysInterrupted(ContractExperts.Named named) {
        Frame frame = frames().get(0);
        try (Expert expert = NetworkExpert.load(named.configuration(), 2)) {
            Evidence expected = expert.predict(frame);
            Thread.currentThread().interrupt();
            try {
                assertSame(expert.predict(frame), expected, named);
            } catch (IllegalStateException e) {
                assertTrue(String.valueOf(e.getMessage()).contains("interrupted"), e.getMessage());
            }
            assertTrue(Thread.interrupted(), "the flag is the caller's");
            assertSame(expert.predict(frame), expected, named);
        } finally {
            Thread.interrupted();
        }
    }

    private static void assertSame(Evidence a, Evidence b, Object named) {
        SegmentationEvidence s = a.segmentation();
        SegmentationEvidence t = b.segmentation();
        if (s != null && t != null) {
            assertEquals(s.classes(), t.classes(), named.toString());
            assertEquals(s.probability(), t.probability(), named.toString());
            assertEquals(s.entropy(), t.entropy(), named.toString());
            assertEquals(s.agreement(), t.agreement(), named.toString());
        }
        DepthEvidence d = a.depth();
        DepthEvidence e = b.depth();
        if (d != null && e != null) {
            assertEquals(d.metres(), e.metres(), named.toString());
            assertEquals(d.spread(), e.spread(), named.toString());
        }
    }

    private static void assertNear(Evidence a, Evidence b, String where) {
        SegmentationEvidence s = a.segmentation();
        SegmentationEvidence t = b.segmentation();
        if (s != null && t != null) {
            for (int i = 0; i < s.probability().length; i++) {
                int difference = Math.abs((s.probability()[i] & 0xFF) - (t.probability()[i] & 0xFF));
                assertTrue(difference <= 1, where + ": probability differs by " + difference);
                boolean tie = i < s.pixels() && isTie(s, i) || i >= s.pixels();
                assertTrue(s.classes()[i] == t.classes()[i] || tie, where + ": another class at " + i);
            }
        }
        DepthEvidence d = a.depth();
        DepthEvidence e = b.depth();
        if (d != null && e != null) {
            for (int i = 0; i < d.metres().length; i++) {
                assertEquals(d.metres()[i], e.metres()[i], 1e-5f * (1 + Math.abs(e.metres()[i])), where);
            }
        }
    }

    private static boolean isTie(SegmentationEvidence evidence, int pixel) {
        return evidence.topK() > 1
                && (evidence.probability()[pixel] & 0xFF) - (evidence.probability()[pixel + evidence.pixels()] & 0xFF)
                        <= 1;
    }
}
