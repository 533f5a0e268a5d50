package dev.understudy.labeler.repair;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotNull;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.labeler.repair.RepairExamples.Example;
import dev.understudy.labeler.repair.RepairModel.RepairMethod;
import java.util.Collections;
import java.util.List;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class RepairLearningTest {
    private static final RepairOptions QUICK = new RepairOptions(3, 200, 150, 0.1, 5);
    /** For what does not depend on how much was learned. */
    static final RepairOptions QUICKEST = new RepairOptions(3, 200, 40, 0.1, 5);

    /** Of twelve rooms of which the expert lacks a class. */
    private RepairLearning.Outcome outcome;

    static RepairLearning.Outcome learn(RepairOptions options, MadeRooms rooms, int experts, int threads)
            throws InterruptedException {
        List<int[]> known = Collections.nCopies(experts, MadeRooms.KNOWN);
        return new RepairLearning(options, known, MadeRooms.CLASSES, 2, threads)
                .learn(rooms, rooms.ids(), rooms.folds(), false, () -> {});
    }

    @BeforeClass
    public void learnOnce() throws InterruptedException {
        outcome = learn(QUICK, new MadeRooms(12, false, 1), 1, 2);
    }

    @Test
    public void aClassThatTheExpertLacksIsFoundByWhatTheDepthTells() {
        assertNotNull(outcome.adopted(), outcome.scores().toString());
        assertEquals(outcome.adopted().method(), RepairMethod.CONTEXT);
        assertEquals(outcome.before().iou().get(MadeRooms.MISSING), 0.0);
        assertTrue(
                outcome.after().iou().get(MadeRooms.MISSING) > 0.6,
                outcome.scores().toString());
        assertTrue(
                outcome.after().right() > outcome.before().right() + 0.15,
                outcome.scores().toString());
        assertTrue(
                outcome.after().area() < outcome.before().area(),
                outcome.scores().toString());
    }

    @Test
    public void aFrameThatNobodyAnnotatedIsAnsweredToo() {
        RepairModel model = outcome.adopted();
        Example stranger = new MadeRooms(20, false, 1).read(19);
        SegmentationEvidence said = model.apply(stranger.frame(), stranger.evidence(), null, 2);
        int right = 0;
        int all = said.pixels();
        for (int pixel = 0; pixel < all; pixel++) {
            right += said.classes()[pixel] == stranger.truth().classes()[pixel] ? 1 : 0;
        }
        assertTrue(right > 0.85 * all, right + " of " + all);
        assertTrue(said.isWhole());
        assertEquals(said.views().length, all);
    }

    @Test
    public void nothingIsAdoptedWhereTheExpertIsRightAlready() throws InterruptedException {
        RepairLearning.Outcome needless = learn(QUICKEST, new MadeRooms(9, true, 1), 1, 2);
        assertEquals(needless.before().right(), 1.0);
        assertNull(needless.adopted());
        assertEquals(needless.after(), needless.before());
    }

    @Test
    public void sameBitsForAnyNumberOfThreads() throws InterruptedException {
        MadeRooms rooms = new MadeRooms(6, false, 1);
        RepairLearning.Outcome one = learn(QUICKEST, rooms, 1, 1);
        RepairLearning.Outcome three = learn(QUICKEST, rooms, 1, 3);
        assertEquals(three.adopted().digest(), one.adopted().digest());
        assertEquals(three.scores(), one.scores());
    }

    @Test
    public void severalExpertsSpeakTogether() throws InterruptedException {
        RepairLearning.Outcome together = learn(QUICKEST, new MadeRooms(9, false, 2), 2, 2);
        List<String> methods =
                together.scores().stream().map(RepairScore::method).toList();
        assertEquals(
                methods,
                List.of(
                        "expert",
                        "agreement",
                        "dirichlet",
                        "context",
                        "dirichlet from the expert",
                        "context from the expert"));
        assertEquals(together.scores().get(1).right(), together.before().right(), "two who say the same");
        assertEquals(together.adopted().method(), RepairMethod.CONTEXT);
    }

    @Test
    public void whatStartsFromTheExpertDoesNotComeOutBelowItWithFewFramesOfManyClasses() throws InterruptedException {
        for (long seed = 1; seed <= 3; seed++) {
            FewRooms rooms = new FewRooms(5, seed);
            RepairLearning.Outcome few = new RepairLearning(QUICKEST, List.of(FewRooms.known()), FewRooms.CLASSES, 2, 2)
                    .learn(rooms, rooms.ids(), rooms.folds(), false, () -> {});
            for (RepairScore score : few.scores().subList(3, 5)) {
                assertTrue(
                        score.right() > few.before().right() - 0.02
                                && score.meanIou() > few.before().meanIou() - 0.02,
                        "seed " + seed + ": " + few.scores());
            }
        }
    }
}
