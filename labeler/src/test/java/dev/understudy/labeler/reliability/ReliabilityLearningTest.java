package dev.understudy.labeler.reliability;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.files.DataException;
import dev.understudy.labeler.ListedFrames;
import dev.understudy.labeler.RoomsStore;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.filter.FilterContext;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.Judgement;
import dev.understudy.labeler.filter.LearnedReliability;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** On rendered rooms of 100×76 pixels, which are no whole number of cells. */
public class ReliabilityLearningTest {
    private static final List<String> NAMES = ClassSpace.load("nyud40").names();
    private final ListedFrames frames = RoomsStore.frames(24, 100, 76, 8);
    private Path folder;
    private LabelStore store;
    private ReliabilityModel model;

    @BeforeClass
    public void learn() throws IOException {
        folder = RoomsStore.inTemporaryFolder(frames);
        store = LabelStore.open(folder.resolve("store"));
        model = new ReliabilityLearning(store, frames, null, 0.125).learn(done -> {});
        ReliabilityFile.write(store.path(), model);
    }

    @AfterClass
    public void remove() throws IOException {
        store.close();
        RoomsStore.remove(folder);
    }

    @Test
    public void whatIsLearnedIsMoreHonestThanABoldExpert() {
        ReliabilityScore score = model.score();
        assertTrue(score.cells() > 1000, score.toString());
        assertTrue(score.error() < score.plainError(), score.toString());
        assertTrue(score.area() < 1.1 * score.plainArea(), score.toString());
        assertEquals(model.folds().size(), 24);
        assertEquals(model.learners().size(), 6);
    }

    @Test
    public void annotatedFramesAreJudgedByWhoDidNotSeeThem() {
        Frame frame = frames.frames().get(0);
        SegmentationEvidence evidence = evidence(frame);
        float[] crossed = model.reliability(frame.withoutTruth(), evidence);
        Frame other = new Frame(frame.record().withId("another"), frame.rgb(), frame.depth(), null, null);
        assertNotEquals(model.reliability(other, evidence), crossed);
        for (float value : crossed) {
            assertTrue(value == -1 || value > 0 && value < 1, "reliability " + value);
        }
    }

    private SegmentationEvidence evidence(Frame frame) {
        SegmentationEvidence evidence =
                store.get(frame.id(), ReliabilityFeatures.PLANES).segmentation();
        assertTrue(evidence != null);
        return evidence;
    }

    @Test
    public void thePolicyKeepsWhatIsLikelyEnoughAndWeighsIt() {
        CalibratedStore calibrated = new CalibratedStore(store);
        FilterContext context = FilterContext.of(calibrated, NAMES, Map.of(), frames);
        FilteredStore filtered = new FilteredStore(calibrated, new LearnedReliability(0.6, true).policy(context));
        int kept = 0;
        for (Frame frame : frames.frames()) {
            Judgement judgement = filtered.judge(frame);
            for (int i = 0; i < judgement.weight().length; i++) {
                float weight = judgement.weight()[i];
                assertTrue(weight == 0 || weight >= 0.6f && weight == judgement.confidence()[i], "weight " + weight);
                assertTrue(weight > 0
                        || judgement.confidence()[i] < 0.6f
                        || judgement.classes()[i] == (byte) 255);
                kept += weight > 0 ? 1 : 0;
            }
        }
        assertTrue(kept > 0 && kept < 24 * 7600, kept + " kept");
    }

    @Test
    public void theSameFramesTeachTheSame() throws IOException {
        String before = Files.readString(store.path().resolve(ReliabilityFile.NAME));
        ReliabilityFile.write(store.path(), new ReliabilityLearning(store, frames, null, 0.125).learn(done -> {}));
        assertEquals(Files.readString(store.path().resolve(ReliabilityFile.NAME)), before);
        assertEquals(ReliabilityFile.read(store).score(), model.score());
    }

    @Test(dependsOnMethods = {"theSameFramesTeachTheSame", "thePolicyKeepsWhatIsLikelyEnoughAndWeighsIt"})
    public void damagedAndForeignFilesAreRefused() throws IOException {
        Path file = store.path().resolve(ReliabilityFile.NAME);
        String whole = Files.readString(file);
        ReliabilityFile.write(store.path(), model.withFingerprint("0".repeat(64)));
        assertRefused("was learned on a store");
        for (String damaged : new String[] {
            "",
            "{",
            "[]",
            "{\"format\":\"understudy-reliability\",\"version\":2}",
            whole.substring(0, 900),
            whole.replaceFirst("\"unlabelled\" : 0.125", "\"unlabelled\" : 0.25"),
            whole.replaceFirst("\"left\" : \\[ 1", "\"left\" : [ 0"),
            whole.replaceFirst("\"roots\" : \\[ 0", "\"roots\" : [ -9"),
            whole.replaceFirst("\"worth\" : \\[ \\[", "\"worth\" : [ [ 0.1,"),
            whole.replace("\"p1\"", "\"p9\"")
        }) {
            assertNotEquals(damaged, whole);
            Files.writeString(file, damaged);
            assertRefused(ReliabilityFile.NAME);
        }
        Files.delete(file);
        assertRefused("calibrate --method learned");
        Files.writeString(file, whole);
        ReliabilityFile.read(store);
    }

    private void assertRefused(String message) {
        DataException e = expectThrows(DataException.class, () -> ReliabilityFile.read(store));
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }

    @Test
    public void oneSceneTeachesNothing() {
        ListedFrames one = new ListedFrames(frames.frames().subList(0, 1));
        DataException e =
                expectThrows(DataException.class, () -> new ReliabilityLearning(store, one, null, 0).learn(done -> {}));
        assertTrue(String.valueOf(e.getMessage()).contains("two scenes"), e.getMessage());
    }
}
