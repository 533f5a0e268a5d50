package dev.understudy.labeler.filter;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.labeler.filter.BorderPolicies.LabelEdges;
import dev.understudy.labeler.filter.BorderPolicies.Straddling;
import dev.understudy.labeler.filter.FilterContext.FrameEvidence;
import dev.understudy.labeler.filter.Then.AllOf;
import dev.understudy.store.FrameSummary;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A box before a wall: columns 0–79 at 2 m, columns 80–159 at 3 m, 120 rows. */
public class GeometryTest {
    private static final int WIDTH = 160;
    private static final int HEIGHT = 120;
    private static final int EDGE = 80;
    private static final FilterContext CONTEXT = FrameFixture.context(List.of("wall", "floor", "chair"), Map.of());
    private static final SurfaceEdges EDGES = new SurfaceEdges(0.02, 60, 30, 160);

    private static DepthMap depth(double noise) {
        Random random = new Random(2);
        float[] metres = new float[WIDTH * HEIGHT];
        for (int i = 0; i < metres.length; i++) {
            double z = i % WIDTH < EDGE ? 2 : 3;
            metres[i] = (float) (random.nextInt(50) == 0 ? 0 : z + noise * 0.0014 * z * z * random.nextGaussian());
        }
        return new DepthMap(WIDTH, HEIGHT, metres);
    }

    private static Frame withDepth() {
        return FrameFixture.frame("f", WIDTH, HEIGHT, depth(1));
    }

    /** Blur and noise may put the four columns at the edge on either side. */
    private static boolean isAtTheEdge(int pixel) {
        return Math.abs(pixel % WIDTH - EDGE + 0.5) < 2;
    }

    /** Without depth; the box is darker than the wall. */
    private static Frame withColour() {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3 % WIDTH < EDGE ? 60 : 140);
        }
        FrameRecord record = FrameRecord.of("f", "rgb").build();
        return new Frame(record, new RgbImage(WIDTH, HEIGHT, rgb), null, null, null);
    }

    @DataProvider
    public Object[][] frames() {
        return new Object[][] {{withDepth()}, {withColour()}};
    }

    /** Class 2 left of a column, class 0 right of it, all equally sure. */
    private static Evidence border(int column) {
        int[] classes = new int[WIDTH * HEIGHT];
        int[] levels = new int[WIDTH * HEIGHT];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = i % WIDTH < column ? 2 : 0;
            levels[i] = 204;
        }
        return FrameFixture.evidence(WIDTH, classes, levels);
    }

    @Test(dataProvider = "frames")
    public void aVotePutsTheBorderWhereTheSurfaceEnds(Frame frame) {
        Evidence coarse = border(EDGE + 3);
        SurfaceVoting recipe = vote().build();
        Judgement judgement = recipe.policy(CONTEXT).judge(frame, coarse);
        for (int i = 0; i < judgement.pixels(); i++) {
            if (!isAtTheEdge(i)) {
                assertEquals(judgement.classes()[i], i % WIDTH < EDGE ? 2 : 0, "pixel " + i);
            }
        }
        // On the wall 3 of 80 columns speak for the box: 0.8·77/80 of the wall; a tenth of a pixel's word is its own
        assertEquals(judgement.confidence()[WIDTH - 1], 0.9 * 0.8 * 77 / 80 + 0.1 * 0.8, 0.03);
        assertEquals(judgement.confidence()[EDGE + 2], 0.9 * 0.8 * 77 / 80, 0.03);
        assertEquals(judgement.confidence()[0], 0.8, 0.03);
        for (float weight : judgement.weight()) {
            assertEquals(weight, 1f);
        }
    }

    @Test(dataProvider = "frames")
    public void aVoteOnAShrunkFrameIsOffByABlock(Frame frame) {
        int block = 4;
        SurfaceEdges coarse = new SurfaceEdges(0.02, 60, 30, WIDTH / block);
        SurfaceVoting recipe = vote().edges(coarse).build();
        Judgement judgement = recipe.policy(CONTEXT).judge(frame, border(EDGE + 12));
        for (int i = 0; i < judgement.pixels(); i++) {
            if (Math.abs(i % WIDTH - EDGE + 0.5) > block) {
                assertEquals(judgement.classes()[i], i % WIDTH < EDGE ? 2 : 0, "pixel " + i);
            }
        }
    }

    @Test
    public void aVoteThatDoesNotRepairDropsWhatItOverrules() {
        Evidence coarse = border(EDGE + 3);
        SurfaceVoting recipe = vote().repair(false).build();
        Judgement judgement = recipe.policy(CONTEXT).judge(withDepth(), coarse);
        assertEquals(judgement.classes(), coarse.segmentation().classes());
        for (int i = 0; i < judgement.weight().length; i++) {
            int x = i % WIDTH;
            if (!isAtTheEdge(i)) {
                assertEquals(judgement.weight()[i], x >= EDGE && x < EDGE + 3 ? 0f : 1f, "column " + x);
            }
        }
    }

    @Test
    public void whoWasDroppedHasNoVote() {
        Evidence coarse = border(EDGE + 64);
        Judgement all = Judgement.of(coarse);
        Judgement some = all.weighed(i -> i % WIDTH >= EDGE && i % WIDTH < EDGE + 64 ? 0 : 1);
        SurfaceVoting recipe = vote().build();
        FilterPolicy policy = recipe.policy(CONTEXT);
        int middle = HEIGHT / 2 * WIDTH + EDGE + 70;
        assertEquals(policy.refine(withDepth(), coarse, all).classes()[middle], 2);
        Judgement after = policy.refine(withDepth(), coarse, some);
        assertEquals(after.classes()[middle], 0);
        assertEquals(after.weight()[EDGE], 0f);
    }

    @Test(dataProvider = "frames")
    public void aBorderWithoutAnEdgeUnderItIsDropped(Frame frame) {
        FilterPolicy policy = new LabelEdges(EDGES, 2, 2).policy(CONTEXT);
        for (float weight : policy.judge(frame, border(EDGE)).weight()) {
            assertEquals(weight, 1f);
        }
        for (float weight : policy.judge(frame, border(EDGE + 2)).weight()) {
            assertEquals(weight, 1f);
        }
        float[] inside = policy.judge(frame, border(EDGE + 10)).weight();
        for (int i = 0; i < inside.length; i++) {
            int x = i % WIDTH;
            assertEquals(inside[i], x >= EDGE + 8 && x < EDGE + 12 ? 0f : 1f, "column " + x);
        }
    }

    @Test(dataProvider = "frames")
    public void whatHangsOverIsDropped(Frame frame) {
        FilterPolicy policy = new Straddling(EDGES, 16, 0.2).policy(CONTEXT);
        assertAllKeptButAtTheEdge(policy.judge(frame, border(EDGE)));
        // 8 of the wall's 80 columns
        float[] over = policy.judge(frame, border(EDGE + 8)).weight();
        for (int i = 0; i < over.length; i++) {
            int x = i % WIDTH;
            if (Math.abs(x - EDGE) > 3) {
                assertEquals(over[i], x >= EDGE && x < EDGE + 8 ? 0f : 1f, "column " + x);
            }
        }
        // 20 of them are no small part
        assertAllKeptButAtTheEdge(policy.judge(frame, border(EDGE + 20)));
    }

    private static void assertAllKeptButAtTheEdge(Judgement judgement) {
        for (int i = 0; i < judgement.pixels(); i++) {
            assertTrue(isAtTheEdge(i) || judgement.weight()[i] == 1, "pixel " + i);
        }
    }

    @DataProvider
    public Object[][] recipes() {
        return new Object[][] {
            {"surface-vote", vote().scales(List.of(8.0, 32.0)).topK(1).build()},
            {
                "surface-vote: {edges: {depth: 0.1}, scales: [4], own: 0.5, repair: false}",
                vote().edges(new SurfaceEdges(0.1, 60, 30, 160))
                        .scales(List.of(4.0))
                        .own(0.5)
                        .repair(false)
                        .topK(1)
                        .build()
            },
            {
                "surface-vote: {scales: [8], pool: product}",
                vote().pool(SurfaceVoting.Pool.PRODUCT).topK(1).build()
            },
            {
                "surface-vote: {scales: [8], portion: 0.9}",
                vote().portion(0.9).topK(1).build()
            },
            {"surface-vote: {scales: [8], align: 0}", vote().align(0.0).topK(1).build()},
            {"label-edges: {tolerance: 3}", new LabelEdges(EDGES, 3, 2)},
            {"straddling: {share: 0.1}", new Straddling(EDGES, 16, 0.1)},
        };
    }

    @Test(dataProvider = "recipes")
    public void recipesReadFromYamlAndKeepTheRules(String yaml, PolicyRecipe expected) {
        PolicyRecipe recipe = ConfigurationLoader.parse("p.yaml", yaml, PolicyRecipe.class, List.of());
        assertEquals(recipe, expected);
        Random random = new Random(9);
        for (int round = 0; round < 5; round++) {
            Evidence evidence = RandomEvidence.of(random, WIDTH, HEIGHT);
            byte[] before = evidence.segmentation().classes().clone();
            Judgement judgement = recipe.policy(CONTEXT).judge(withDepth(), evidence);
            assertEquals(evidence.segmentation().classes(), before);
            for (int i = 0; i < judgement.pixels(); i++) {
                assertTrue(judgement.weight()[i] >= 0 && judgement.weight()[i] <= 1);
                assertTrue(judgement.confidence()[i] >= 0 && judgement.confidence()[i] <= 1);
                assertEquals(
                        judgement.classes()[i] == -1, evidence.segmentation().classes()[i] == -1);
            }
        }
    }

    @Test
    public void examplesReachTheVotesThatLearnFromThemAndNameNone() {
        AnnotatedExamples given = new AnnotatedExamples(Path.of("given.jsonl"), "train", 0.7);
        AnnotatedExamples own = new AnnotatedExamples(Path.of("own.jsonl"), null, 0.5);
        SurfaceVoting byMean = voting(SurfaceVoting.Pool.MEAN, null);
        SurfaceVoting byProduct = voting(SurfaceVoting.Pool.PRODUCT, null);
        SurfaceVoting named = voting(SurfaceVoting.Pool.PRODUCT, own);
        PolicyRecipe recipe = new Then(List.of(new AllOf(List.of(byMean, byProduct)), named, new NoFilter()));
        assertEquals(
                recipe.withExamples(given),
                new Then(List.of(
                        new AllOf(List.of(byMean, voting(SurfaceVoting.Pool.PRODUCT, given))), named, new NoFilter())));
    }

    /** The whole way of voting; tests say what they have otherwise. */
    private static SurfaceVotingBuilder vote() {
        return SurfaceVotingBuilder.builder()
                .edges(EDGES)
                .scales(List.of(8.0))
                .smallest(30)
                .own(0.1)
                .pool(SurfaceVoting.Pool.MEAN)
                .repair(true)
                .topK(255);
    }

    private static SurfaceVoting voting(SurfaceVoting.Pool pool, AnnotatedExamples examples) {
        return vote().pool(pool).examples(examples).build();
    }

    /** A third of the wall says chair, less surely than the rest says wall: the vote alone makes all of it wall. */
    @Test
    public void anAlignedVoteAnswersAClassAsOftenAsTheExpertDoes() {
        Random random = new Random(4);
        int[] classes = new int[WIDTH * HEIGHT];
        int[] levels = new int[WIDTH * HEIGHT];
        for (int i = 0; i < classes.length; i++) {
            boolean chair = i % WIDTH >= EDGE && i / WIDTH < HEIGHT / 3;
            classes[i] = chair ? 2 : 0;
            levels[i] = chair ? 100 + random.nextInt(30) : 204;
        }
        Evidence evidence = FrameFixture.evidence(WIDTH, classes, levels);
        FilterContext context = new FilterContext(
                List.of("wall", "floor", "chair"),
                1,
                () -> Stream.of(FrameSummary.of("f", evidence)),
                Map.of(),
                (count, planes) -> Stream.of(new FrameEvidence(withDepth(), evidence)));
        SurfaceVoting vote = vote().own(0.3).topK(1).build();
        SurfaceVoting aligned = vote().own(0.3).align(0.0).topK(1).build();
        assertEquals(chairs(vote.policy(context).judge(withDepth(), evidence)), 0);
        double expert = WIDTH * HEIGHT / 6.0;
        assertEquals(chairs(aligned.policy(context).judge(withDepth(), evidence)) / expert, 1, 0.1);
    }

    /** An expert may answer a class that the store's space does not have, which is stored as no class. */
    @Test
    public void anAlignedVoteLeavesPixelsWithoutAClassAlone() {
        int[] classes = new int[WIDTH * HEIGHT];
        int[] levels = new int[WIDTH * HEIGHT];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = i / WIDTH < HEIGHT / 2 ? 0 : 255;
            levels[i] = 204;
        }
        Evidence evidence = FrameFixture.evidence(WIDTH, classes, levels);
        SurfaceVoting aligned = vote().own(0.3).align(0.0).topK(1).build();
        FilterContext context = FrameFixture.context(List.of("wall", "floor", "chair"), Map.of("f", evidence));
        assertEquals(
                aligned.policy(context).judge(withDepth(), evidence).classes(),
                evidence.segmentation().classes());
    }

    private static int chairs(Judgement judgement) {
        int count = 0;
        for (byte label : judgement.classes()) {
            count += label == 2 ? 1 : 0;
        }
        return count;
    }

    @Test
    public void framesTooSmallForAWindowAreFine() {
        for (int[] size : new int[][] {{1, 1}, {1, 7}, {5, 2}, {3, 3}}) {
            int pixels = size[0] * size[1];
            float[] metres = new float[pixels];
            Arrays.fill(metres, 0, pixels / 2, 1.5f);
            Frame frame = FrameFixture.frame("f", size[0], size[1], new DepthMap(size[0], size[1], metres));
            Evidence evidence = FrameFixture.evidence(size[0], new int[pixels], new int[pixels]);
            for (Object[] recipe : recipes()) {
                ((PolicyRecipe) recipe[1]).policy(CONTEXT).judge(frame, evidence);
            }
        }
    }
}
