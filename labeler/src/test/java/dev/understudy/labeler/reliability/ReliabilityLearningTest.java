package dev.understudy.labeler.reliability;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.ListedFrames;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
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
import java.util.Objects;
import java.util.stream.IntStream;
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
        Scratch.delete(folder);
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
        float[] crossed = model.judge().reliability(frame.withoutTruth(), evidence, null);
        Frame other = new Frame(frame.record().withId("another"), frame.rgb(), frame.depth(), null, null);
        assertNotEquals(model.judge().reliability(other, evidence, null), crossed);
        for (float value : crossed) {
            assertTrue(value == -1 || value > 0 && value < 1, "reliability " + value);
        }
    }

    /** The expert is bold, and what it says by itself is held down to what its labels are worth. */
    @Test
    public void aClassThatWasNotSeenBothWaysIsNoBolderThanTheOthers() {
        ReliabilityModel shy =
                model.withFallback(IntStream.rangeClosed(0, 255).boxed().toList());
        double claimed = 0;
        double said = 0;
        int pixels = 0;
        for (Frame frame : frames.frames()) {
            SegmentationEvidence evidence = evidence(frame);
            float[] reliability = shy.judge().reliability(frame.withoutTruth(), evidence, null);
            for (int i = 0; i < reliability.length; i++) {
                if (evidence.classes()[i] != (byte) 255) {
                    claimed += reliability[i];
                    said += (evidence.probability()[i] & 0xFF) / 255.0;
                    pixels++;
                }
            }
        }
        double right = model.score().accuracy();
        assertTrue(said / pixels > right + 0.03, "the expert says " + said / pixels + ", right are " + right);
        assertEquals(claimed / pixels, right, 0.02);
    }

    /** Pixel by pixel, as the rule reads: the nearest cells that have its label, and half of its own word more. */
    @Test
    public void aPixelHearsTheCellsAroundThatHaveItsLabel() {
        ReliabilityModel some = model.withFallback(List.of(2));
        Frame frame = frames.frames().get(3).withoutTruth();
        SegmentationEvidence evidence = evidence(frame);
        float[] found = some.judge().reliability(frame, evidence, null);
        int[] known = some.known().stream().mapToInt(Integer::intValue).toArray();
        ReliabilityFeatures features = ReliabilityFeatures.of(frame, evidence, null, known);
        ReliabilityModel.Learner learner = some.learners().get(some.folds().get(frame.id()));
        features.fillClasses(learner.worth());
        float own = (float) (some.mix().own() + 0.5f * some.mix().trees());
        float[] cells = new float[features.label().length];
        float[] row = new float[features.width()];
        for (int cell = 0; cell < cells.length; cell++) {
            features.copy(cell, row, 0);
            int level = features.level()[cell];
            cells[cell] =
                    some.mix().logOdds(learner.trees().score(row, 0), level) - own * ReliabilityModel.logOdds(level);
        }
        int columns = features.grid().columns();
        for (int pixel = 0; pixel < found.length; pixel++) {
            float x = Math.max(0, (pixel % frame.width() + 0.5f) / 8 - 0.5f);
            float y = Math.max(0, (pixel / frame.width() + 0.5f) / 8 - 0.5f);
            int label = evidence.classes()[pixel] & 0xFF;
            int level = evidence.probability()[pixel] & 0xFF;
            float same = 0;
            float weights = 0;
            float all = 0;
            for (int corner = 0; corner < 4; corner++) {
                int column = Math.min((int) x + corner % 2, columns - 1);
                int cell = Math.min((int) y + corner / 2, features.grid().rows() - 1) * columns + column;
                float weight = (corner < 2 ? 1 - (y - (int) y) : y - (int) y)
                        * (corner % 2 == 0 ? 1 - (x - (int) x) : x - (int) x);
                all += weight * cells[cell];
                same += features.label()[cell] == label ? weight * cells[cell] : 0;
                weights += features.label()[cell] == label ? weight : 0;
            }
            float around = weights > 1e-3f ? same / weights : all;
            float expected = ReliabilityModel.sigmoid(
                    label == 2 ? some.plain().logOdds(0, level) : around + own * ReliabilityModel.logOdds(level));
            assertEquals(found[pixel], expected, "pixel " + pixel + ", class " + label);
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

    /** Errors of the two fall on different pixels, so where they disagree one of them is wrong. */
    @Test
    public void whatASecondExpertSaysTellsWrongLabels() throws IOException {
        RoomsStore.write(frames, folder.resolve("first"), "one", 1);
        RoomsStore.write(frames, folder.resolve("second"), "another", 2);
        try (LabelStore first = LabelStore.open(folder.resolve("first"));
                LabelStore beside = LabelStore.open(folder.resolve("second"))) {
            ReliabilityModel alone = new ReliabilityLearning(first, frames, null, 0.125).learn(done -> {});
            ReliabilityModel both = new ReliabilityLearning(first, beside, frames, null, 0.125).learn(done -> {});
            assertTrue(both.score().area() < 0.9 * alone.score().area(), both.score() + ", alone " + alone.score());
            ReliabilityFile.write(first.path(), both);
            assertEquals(
                    ReliabilityFile.read(first).beside(),
                    beside.description().fingerprint().digest());
            LearnedReliability with = new LearnedReliability(0.6, true, "another");
            assertRefused(first, new LearnedReliability(0.6, true), Map.of(), "learned with a second store");
            assertRefused(first, with, Map.of(), "no other store 'another'");
            assertRefused(first, with, Map.of("another", new CalibratedStore(store)), "has the fingerprint");

            CalibratedStore calibrated = new CalibratedStore(first);
            FilterContext context =
                    FilterContext.of(calibrated, NAMES, Map.of("another", new CalibratedStore(beside)), frames);
            Judgement judged = new FilteredStore(calibrated, with.policy(context))
                    .judge(frames.frames().get(0));
            SegmentationEvidence said =
                    Objects.requireNonNull(beside.get(frames.frames().get(0).id(), ReliabilityFeatures.PLANES)
                            .segmentation());
            int agreed = 0;
            int[] kept = new int[2];
            for (int i = 0; i < judged.weight().length; i++) {
                boolean same = judged.classes()[i] == said.classes()[i];
                agreed += same ? 1 : 0;
                kept[same ? 1 : 0] += judged.weight()[i] > 0 ? 1 : 0;
            }
            double whereTheyAgree = (double) kept[1] / agreed;
            double elsewhere = (double) kept[0] / (judged.weight().length - agreed);
            assertTrue(whereTheyAgree > elsewhere + 0.2, whereTheyAgree + " kept, elsewhere " + elsewhere);

            ReliabilityFile.write(first.path(), alone);
            assertRefused(first, with, Map.of("another", new CalibratedStore(beside)), "expected no other store");
        }
    }

    private static void assertRefused(
            LabelStore labels, LearnedReliability recipe, Map<String, CalibratedStore> others, String message) {
        FilterContext context =
                FilterContext.of(new CalibratedStore(labels), NAMES, others, new ListedFrames(List.of()));
        ConfigurationException e = expectThrows(ConfigurationException.class, () -> recipe.policy(context));
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
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
