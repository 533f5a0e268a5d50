package dev.understudy.labeler.filter;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.ListedFrames;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.RoomsStore;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.filter.SegmentQueue.PixelDoubt;
import dev.understudy.labeler.filter.SegmentQueue.QueuedSegment;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Segments of rendered rooms that an expert who is wrong in blotches has labelled. */
public class SegmentQueueTest {
    private static final int SMALLEST = 8;

    private ListedFrames rooms;
    private Path folder;
    private LabelStore store;

    @BeforeClass
    public void label() throws IOException {
        rooms = RoomsStore.frames(12, 96, 72, 31);
        folder = RoomsStore.inTemporaryFolder(rooms);
        store = LabelStore.open(folder.resolve("store"));
    }

    @AfterClass
    public void clean() throws IOException {
        store.close();
        Scratch.delete(folder);
    }

    @Test
    public void aPerfectCorrectorRemovesMoreThanTwiceTheErrorsOfARandomOrder() {
        SegmentQueue queue = queue(60, 0, true, forwards());
        List<QueuedSegment> best = queue.best();
        assertEquals(best.size(), 60);
        assertTrue(queue.segments() > 5L * best.size(), queue.segments() + " segments to choose from");
        double removed = best.stream().mapToInt(QueuedSegment::wrong).average().orElseThrow();
        double atRandom = (double) queue.wrong() / queue.segments();
        assertTrue(removed > 2 * atRandom, removed + " wrong pixels a segment, " + atRandom + " in random order");
    }

    @Test
    public void neitherTheTruthNorTheOrderOfFramesChangesTheQueue() {
        List<QueuedSegment> best = queue(40, 0.5, false, forwards()).best();
        int frames = rooms.size();
        List<Integer> backwards =
                IntStream.range(0, frames).map(i -> frames - 1 - i).boxed().toList();
        assertEquals(queue(40, 0.5, false, backwards).best(), best);
        List<QueuedSegment> withTruth = queue(40, 0.5, true, forwards()).best();
        assertEquals(
                withTruth.stream()
                        .map(each -> QueuedSegmentBuilder.builder(each).wrong(0).build())
                        .toList(),
                best);
    }

    @Test
    public void aSmallerBudgetIsTheBeginningOfALargerOne() {
        List<QueuedSegment> many = queue(80, 0.25, false, forwards()).best();
        assertEquals(queue(15, 0.25, false, forwards()).best(), many.subList(0, 15));
    }

    @Test
    public void rarityBringsMoreClassesIn() {
        assertTrue(classes(queue(30, 1, false, forwards())).size()
                > classes(queue(30, 0, false, forwards())).size());
    }

    @Test
    public void segmentsAreWhatTheySay() {
        // Two areas of one class that touch at a corner only, one of another, and pixels without an answer.
        byte none = (byte) LabelMap.IGNORE;
        byte[] answers = {
            1, 1, none, none, //
            none, none, 1, 1, //
            2, 2, 2, 1
        };
        float[] sure = {1, 1, 1, 1, 1, 1, 0.5f, 0.5f, 0.25f, 0.25f, 0.25f, 0.5f};
        Judgement judgement = new Judgement(4, 3, answers, sure, new float[12]);
        SegmentQueue queue = new SegmentQueue(5, 2, 0);
        byte[] truth = {1, 1, 1, 1, 1, 1, 3, none, 2, 2, 4, 1};
        queue.add(
                7,
                judgement,
                new float[] {0, 0, 0, 0, 0, 0, .5f, .5f, .75f, .75f, .75f, .5f},
                new LabelMap(4, 3, truth));
        assertEquals(
                queue.best(),
                List.of(
                        new QueuedSegment(7, 4, 2, 3, 0, 2, 2, 2, 2.25, 1),
                        new QueuedSegment(7, 3, 1, 3, 2, 1, 3, 2, 1.5, 1),
                        new QueuedSegment(7, 0, 1, 2, 0, 0, 1, 0, 0, 0)));
        assertEquals(queue.segments(), 3);
        assertEquals(queue.area(), 8);
        assertEquals(queue.largest().stream().map(QueuedSegment::pixels).toList(), List.of(3, 3, 2));
        assertEquals(queue.wrong(), 2);
    }

    @Test
    public void anotherExpertWhoDiffersMakesDoubt() {
        CalibratedStore calibrated = new CalibratedStore(store);
        Frame frame = rooms.read(0);
        Judgement own = new FilteredStore(calibrated, new NoFilter()).judge(frame);
        byte[] otherAnswers = own.classes().clone();
        otherAnswers[0] = (byte) (otherAnswers[0] + 1);
        Judgement differing = new Judgement(own.width(), own.height(), otherAnswers, own.confidence(), own.weight());
        float[] alone = new PixelDoubt(calibrated, List.of()).of(frame, differing);
        float[] compared = new PixelDoubt(calibrated, List.of(calibrated)).of(frame, differing);
        assertTrue(compared[0] > alone[0], compared[0] + " where the other differs, " + alone[0] + " without it");
        assertEquals(compared[1], alone[1], "where both say the same");
    }

    private SegmentQueue queue(int budget, double rarity, boolean withTruth, List<Integer> order) {
        CalibratedStore calibrated = new CalibratedStore(store);
        FilteredStore labels = new FilteredStore(calibrated, new NoFilter());
        PixelDoubt doubt = new PixelDoubt(calibrated, List.of());
        SegmentQueue queue = new SegmentQueue(budget, SMALLEST, rarity);
        order.forEach(index -> {
            Frame frame = rooms.read(index);
            Judgement judgement = labels.judge(frame);
            queue.add(index, judgement, doubt.of(frame, judgement), withTruth ? frame.segmentation() : null);
        });
        return queue;
    }

    private List<Integer> forwards() {
        return IntStream.range(0, rooms.size()).boxed().toList();
    }

    private static Set<Integer> classes(SegmentQueue queue) {
        Set<Integer> classes = new TreeSet<>();
        queue.best().forEach(each -> classes.add(each.label()));
        return classes;
    }
}
