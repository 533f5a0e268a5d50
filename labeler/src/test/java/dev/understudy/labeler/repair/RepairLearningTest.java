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
import org.testng.annotations.Test;

public class RepairLearningTest {
    private static final RepairOptions QUICK = new RepairOptions(3, 200, 150, 0.1, 5);

    static RepairLearning.Outcome learn(MadeRooms rooms, int experts, int threads) throws InterruptedException {
        List<int[]> known = Collections.nCopies(experts, MadeRooms.KNOWN);
        return new RepairLearning(QUICK, known, MadeRooms.CLASSES, 2, threads)
                .learn(rooms, rooms.ids(), rooms.folds(), false, () -> {});
    }

    @Test
    public void aClassThatTheExpertLacksIsFoundByWhatTheDepthTells() throws InterruptedException {
        RepairLearning.Outcome outcome = learn(new MadeRooms(12, false, 1), 1, 2);
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
    public void aFrameThatNobodyAnnotatedIsAnsweredToo() throws InterruptedException {
        RepairModel model = learn(new MadeRooms(12, false, 1), 1, 2).adopted();
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
        RepairLearning.Outcome outcome = learn(new MadeRooms(9, true, 1), 1, 2);
        assertEquals(outcome.before().right(), 1.0);
        assertNull(outcome.adopted());
        assertEquals(outcome.after(), outcome.before());
    }

    @Test
    public void sameBitsForAnyNumberOfThreads() throws InterruptedException {
        MadeRooms rooms = new MadeRooms(6, false, 1);
        RepairLearning.Outcome one = learn(rooms, 1, 1);
        RepairLearning.Outcome three = learn(rooms, 1, 3);
        assertEquals(three.adopted().digest(), one.adopted().digest());
        assertEquals(three.scores(), one.scores());
    }

    @Test
    public void severalExpertsSpeakTogether() throws InterruptedException {
        RepairLearning.Outcome outcome = learn(new MadeRooms(9, false, 2), 2, 2);
        List<String> methods =
                outcome.scores().stream().map(RepairScore::method).toList();
        assertEquals(
                methods,
                List.of(
                        "expert",
                        "agreement",
                        "dirichlet",
                        "context",
                        "dirichlet from the expert",
                        "context from the expert"));
        assertEquals(outcome.scores().get(1).right(), outcome.before().right(), "two who say the same");
        assertEquals(outcome.adopted().method(), RepairMethod.CONTEXT);
    }

    @Test
    public void whatStartsFromTheExpertDoesNotComeOutBelowItWithFewFramesOfManyClasses() throws InterruptedException {
        for (long seed = 1; seed <= 3; seed++) {
            FewRooms rooms = new FewRooms(5, seed);
            RepairLearning.Outcome outcome = new RepairLearning(
                            QUICK, List.of(FewRooms.known()), FewRooms.CLASSES, 2, 2)
                    .learn(rooms, rooms.ids(), rooms.folds(), false, () -> {});
            for (RepairScore score : outcome.scores().subList(3, 5)) {
                assertTrue(
                        score.right() > outcome.before().right() - 0.02
                                && score.meanIou() > outcome.before().meanIou() - 0.02,
                        "seed " + seed + ": " + outcome.scores());
            }
        }
    }
}
