package dev.understudy.labeler.filter;

import static org.testng.Assert.assertEquals;

import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.ListedFrames;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.RoomsStore;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.calibration.CalibrationMap;
import dev.understudy.labeler.filter.BorderPolicies.BoundaryBand;
import dev.understudy.labeler.filter.BorderPolicies.LabelEdges;
import dev.understudy.labeler.filter.BorderPolicies.SmallRegions;
import dev.understudy.labeler.filter.BorderPolicies.Straddling;
import dev.understudy.labeler.filter.ConfidencePolicies.BatchWeight;
import dev.understudy.labeler.filter.ConfidencePolicies.EntropyLimit;
import dev.understudy.labeler.filter.ConfidencePolicies.EntropyPercentile;
import dev.understudy.labeler.filter.ConfidencePolicies.Margin;
import dev.understudy.labeler.filter.ConfidencePolicies.Threshold;
import dev.understudy.labeler.filter.MatchPolicies.FlexMatch;
import dev.understudy.labeler.filter.MatchPolicies.FreeMatch;
import dev.understudy.labeler.filter.MatchPolicies.SoftMatch;
import dev.understudy.labeler.filter.Then.AllOf;
import dev.understudy.labeler.filter.ViewPolicies.SeenBy;
import dev.understudy.labeler.filter.ViewPolicies.ViewAgreement;
import dev.understudy.labeler.reliability.ReliabilityFile;
import dev.understudy.labeler.reliability.ReliabilityLearning;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A policy sees what it declared, whatever else is read of the store for somebody beside it. */
public class PolicyReadingTest {
    private static final List<String> NAMES = ClassSpace.load("nyud40").names();

    private static final SurfaceEdges EDGES = new SurfaceEdges(0.02, 60, 30, 160);

    /** One of every kind, surface votes in all that they may read. */
    private static final List<PolicyRecipe> RECIPES = List.of(
            new NoFilter(),
            new Threshold(0.8, Map.of()),
            new ClassBalanced(0.4, true),
            new ClassBalanced(0.4, false),
            new EntropyLimit(0.5),
            new EntropyPercentile(0.2),
            new Margin(0.5),
            new ViewAgreement(0.5),
            new SeenBy(1),
            new ImageReliability(0.5, ImageReliability.By.CONFIDENCE, true),
            new FlexMatch(0.9),
            new FreeMatch(0.9),
            new SoftMatch(2, true),
            new BatchWeight(0.9),
            new BoundaryBand(2),
            new SmallRegions(30),
            new StoreAgreement("other", 0.7),
            vote(SurfaceVoting.Pool.MEAN, null, null, 1),
            vote(SurfaceVoting.Pool.MEAN, 0.5, null, 2),
            vote(SurfaceVoting.Pool.PRODUCT, null, null, 1),
            vote(SurfaceVoting.Pool.PRODUCT, null, 0.0, 1),
            vote(SurfaceVoting.Pool.PRODUCT, null, null, 3),
            new LabelEdges(EDGES, 2, 2),
            new Straddling(EDGES, 16, 0.2),
            new LearnedReliability(0.5, true),
            new AllOf(List.of(vote(SurfaceVoting.Pool.MEAN, null, null, 1), new Margin(0.2))),
            new AllOf(List.of(new ClassBalanced(0.4, true), new Margin(0.2))),
            new Then(List.of(new EntropyLimit(0.9), new ClassBalanced(0.4, true))),
            new Then(List.of(new EntropyLimit(0.9), vote(SurfaceVoting.Pool.PRODUCT, null, null, 1))));

    /** Each lets everything pass, and reads more than the label for it. */
    private static final List<PolicyRecipe> READERS = List.of(
            new Margin(0),
            new EntropyLimit(1),
            new ViewAgreement(0),
            new Then(List.of(new Margin(0), new EntropyLimit(1), new ViewAgreement(0))));

    private final ListedFrames frames = RoomsStore.frames(3, 64, 48, 5);
    private Path folder;
    private LabelStore store;

    @BeforeClass
    public void write() throws IOException {
        folder = RoomsStore.inTemporaryFolder(frames);
        store = LabelStore.open(folder.resolve("store"));
        ReliabilityFile.write(store.path(), new ReliabilityLearning(store, frames, null, 0.125).learn(done -> {}));
    }

    @AfterClass
    public void remove() throws IOException {
        store.close();
        Scratch.delete(folder);
    }

    private static SurfaceVoting vote(SurfaceVoting.Pool pool, Double portion, Double align, int topK) {
        return SurfaceVotingBuilder.builder()
                .edges(EDGES)
                .scales(List.of(8.0, 32.0))
                .smallest(30)
                .own(0.1)
                .pool(pool)
                .portion(portion)
                .align(align)
                .repair(true)
                .topK(topK)
                .build();
    }

    @DataProvider
    public Object[][] recipes() {
        return RECIPES.stream().map(recipe -> new Object[] {recipe}).toArray(Object[][]::new);
    }

    @Test
    public void everyKindOfPolicyIsHere() {
        Set<Class<?>> kinds = new HashSet<>(Arrays.asList(PolicyRecipe.class.getPermittedSubclasses()));
        RECIPES.forEach(recipe -> kinds.remove(recipe.getClass()));
        // Reads annotated frames from disk; PromiseTest has it
        kinds.remove(Promise.class);
        assertEquals(kinds, Set.of());
    }

    @Test(dataProvider = "recipes")
    public void whatAnotherPolicyReadsChangesNothing(PolicyRecipe recipe) {
        for (PolicyRecipe reader : READERS) {
            PolicyRecipe chained = new Then(List.of(reader, recipe));
            assertSame(judge(recipe, CalibrationMap.IDENTITY), judge(chained, CalibrationMap.IDENTITY), chained);
            if (!changesAnswers(recipe)) {
                PolicyRecipe beside = new AllOf(List.of(reader, recipe));
                assertSame(judge(recipe, CalibrationMap.IDENTITY), judge(beside, CalibrationMap.IDENTITY), beside);
            }
        }
    }

    /** Where answers differ nothing is kept, so a voter and one that leaves answers alone do not agree. */
    private static boolean changesAnswers(PolicyRecipe recipe) {
        return recipe instanceof SurfaceVoting
                || recipe instanceof Then
                || recipe instanceof AllOf
                || recipe instanceof ClassBalanced balanced && balanced.relabel();
    }

    @Test(dataProvider = "recipes")
    public void whatACalibrationReadsChangesNothing(PolicyRecipe recipe) {
        assertSame(judge(recipe, CalibrationMap.IDENTITY), judge(recipe, new ReadsEverything()), recipe);
    }

    /** Who trains asks for kept labels alone, which may take less reading; they are those that a judgement keeps. */
    @Test(dataProvider = "recipes")
    public void whatIsKeptIsWhatTheJudgementKeeps(PolicyRecipe recipe) {
        FilteredStore filtered = filtered(recipe, CalibrationMap.IDENTITY);
        for (Frame frame : frames.frames()) {
            PseudoLabel kept = filtered.get(frame);
            PseudoLabel judged = filtered.judge(frame).kept();
            assertEquals(kept.labels().classes(), judged.labels().classes(), recipe + ", " + frame.id());
            assertEquals(kept.weight(), judged.weight(), recipe + ", " + frame.id());
        }
    }

    /** The weights too, bit for bit. */
    private void assertSame(Judgement[] alone, Judgement[] beside, PolicyRecipe recipe) {
        for (int i = 0; i < alone.length; i++) {
            assertEquals(beside[i].classes(), alone[i].classes(), recipe + ", frame " + i);
            assertEquals(beside[i].weight(), alone[i].weight(), recipe + ", frame " + i);
            assertEquals(
                    beside[i].kept().labels().classes(),
                    alone[i].kept().labels().classes());
        }
    }

    private FilteredStore filtered(PolicyRecipe recipe, CalibrationMap map) {
        CalibratedStore calibrated = new CalibratedStore(store, map);
        FilterPolicy policy =
                recipe.policy(FilterContext.of(calibrated, NAMES, Map.of("other", new CalibratedStore(store)), frames));
        return new FilteredStore(calibrated, policy);
    }

    private Judgement[] judge(PolicyRecipe recipe, CalibrationMap map) {
        FilteredStore filtered = filtered(recipe, map);
        return frames.frames().stream().map(filtered::judge).toArray(Judgement[]::new);
    }

    /** Leaves all as it is, but wants to see all of it. */
    private record ReadsEverything() implements CalibrationMap {
        @Override
        public SegmentationEvidence apply(SegmentationEvidence evidence) {
            return evidence;
        }

        @Override
        public int level(int label, int level) {
            return level;
        }

        @Override
        public EvidencePlanes needs(EvidencePlanes wanted) {
            return EvidencePlanes.ALL;
        }
    }
}
