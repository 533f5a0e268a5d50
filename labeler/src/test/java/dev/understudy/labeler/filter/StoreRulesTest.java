package dev.understudy.labeler.filter;

import static dev.understudy.labeler.filter.FrameFixture.bytes;
import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.labeler.filter.BorderPolicies.BoundaryBand;
import dev.understudy.labeler.filter.BorderPolicies.SmallRegions;
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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.testng.Reporter;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Every rule against numbers worked out by hand. */
public class StoreRulesTest {
    private static final List<String> NAMES = List.of("wall", "floor", "chair");

    /** Ten pixels: walls at 255, 250, 240, 200, 100; floors at 242, 200, 150; chairs at 120 and 60. */
    private static final Evidence TEN = FrameFixture.evidence(
            10, new int[] {0, 0, 0, 0, 0, 1, 1, 1, 2, 2}, new int[] {255, 250, 240, 200, 100, 242, 200, 150, 120, 60});

    private static final FilterContext CONTEXT = FrameFixture.context(NAMES, Map.of("ten", TEN));

    private static PseudoLabel apply(PolicyRecipe recipe, FilterContext context, String id, Evidence evidence) {
        return recipe.policy(context)
                .apply(FrameFixture.frame(id, evidence.width(), evidence.height(), null), evidence);
    }

    private static void assertKept(PolicyRecipe recipe, int... kept) {
        float[] expected = new float[10];
        for (int pixel : kept) {
            expected[pixel] = 1;
        }
        assertEquals(apply(recipe, CONTEXT, "ten", TEN).weight(), expected);
    }

    @Test
    public void classBalancedKeepsTheBestShareOfEachClass() {
        // 40 % of 5 walls are 2, of 3 floors 1.2, so the second best counts too; of 2 chairs 0.8, so the best
        assertKept(new ClassBalanced(0.4, false), 0, 1, 5, 6, 8);
        assertKept(new ClassBalanced(1, false), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    public void classBalancedMayPreferAClassThatIsSeldomSure() {
        // Thresholds at portion 0.4: wall 250, floor 200, chair 120
        Evidence top2 = FrameFixture.evidence(
                3, 2, bytes(0, 0, 1, 2, 2, 2), bytes(130, 240, 199, 124, 10, 50), new byte[3], new byte[3]);
        PseudoLabel label = apply(new ClassBalanced(0.4, true), CONTEXT, "ten", top2);
        // 130/250 < 124/120 ≥ 1: a chair; 240/250 < 1 dropped; 199/200 < 1 dropped
        assertEquals(label.labels().classes(), bytes(2, 255, 255));
        assertEquals(label.weight(), new float[] {1, 0, 0});
    }

    /** Whatever is skipped: the rule itself, on evidence of many classes, some of it none, over an earlier policy. */
    @Test
    public void classBalancedIsTheLargestMultipleOfAThreshold() {
        long seed = 8;
        Reporter.log("seed " + seed, true);
        Random random = new Random(seed);
        float[] thresholds = ClassBalanced.thresholds(CONTEXT, 0.4);
        for (int round = 0; round < 50; round++) {
            int topK = 1 + random.nextInt(4);
            int pixels = 1 + random.nextInt(400);
            byte[] labels = new byte[topK * pixels];
            byte[] levels = new byte[labels.length];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = (byte) (random.nextInt(5) - 1);
                levels[i] = (byte) random.nextInt(random.nextInt(3) > 0 ? 256 : 2);
            }
            Evidence evidence = FrameFixture.evidence(pixels, topK, labels, levels, new byte[pixels], new byte[pixels]);
            Judgement start = Judgement.of(evidence).weighed(pixel -> pixel % 3 == 0 ? 0 : 0.75f);
            Judgement judged = new ClassBalanced(0.4, true)
                    .policy(CONTEXT)
                    .decide(FrameFixture.frame("f", pixels, 1, null), evidence, start);
            for (int pixel = 0; pixel < pixels; pixel++) {
                float best = 0;
                int winner = -1;
                for (int at = pixel; at < labels.length; at += pixels) {
                    float multiple = labels[at] == -1 ? 0 : (levels[at] & 0xFF) / 255f / thresholds[labels[at]];
                    if (multiple > best) {
                        best = multiple;
                        winner = at;
                    }
                }
                assertEquals(judged.classes()[pixel], winner < 0 ? start.classes()[pixel] : labels[winner]);
                float confidence = winner < 0 ? start.confidence()[pixel] : (levels[winner] & 0xFF) / 255f;
                assertEquals(judged.confidence()[pixel], confidence);
                assertEquals(judged.weight()[pixel], best >= 1 - 1e-6f ? start.weight()[pixel] : 0);
            }
        }
    }

    /**
     * A class that is not among the surest places of a pixel cannot reach a threshold that is above its share of 1, so
     * who asks for kept labels alone need not read it.
     */
    @Test
    public void classBalancedReadsNoMorePlacesThanCanBeKept() {
        long seed = 9;
        Reporter.log("seed " + seed, true);
        Random random = new Random(seed);
        int[] read = new int[5];
        for (int round = 0; round < 200; round++) {
            Evidence evidence = falling(random, 4, 300, 0.2 + random.nextDouble());
            FilterContext context = FrameFixture.context(NAMES, Map.of("f", evidence));
            FilterPolicy policy = new ClassBalanced(0.1 + 0.8 * random.nextDouble(), true).policy(context);
            FilterPolicy keeping = policy.keeping();
            read[Math.min(4, keeping.planes().topK())]++;
            PseudoLabel all = policy.apply(FrameFixture.frame("f", 300, 1, null), evidence);
            PseudoLabel kept = keeping.apply(FrameFixture.frame("f", 300, 1, null), evidence);
            assertEquals(kept.labels().classes(), all.labels().classes(), "round " + round);
            assertEquals(kept.weight(), all.weight(), "round " + round);
        }
        assertTrue(read[1] > 10 && read[2] > 10 && read[3] + read[4] > 10, Arrays.toString(read));
    }

    /** A row of pixels whose probabilities fall and come to 1 at most, each rounded as it is stored. */
    private static Evidence falling(Random random, int topK, int pixels, double sureness) {
        byte[] labels = new byte[topK * pixels];
        byte[] levels = new byte[labels.length];
        for (int pixel = 0; pixel < pixels; pixel++) {
            double[] odds = new double[topK + 1];
            for (int k = 0; k <= topK; k++) {
                odds[k] = Math.exp(3 * sureness * random.nextGaussian());
            }
            double all = Arrays.stream(odds).sum();
            double[] kept = Arrays.copyOf(odds, topK);
            Arrays.sort(kept);
            int first = random.nextInt(topK);
            for (int k = 0; k < topK; k++) {
                labels[k * pixels + pixel] = (byte) ((first + k) % topK == 3 ? LabelMap.IGNORE : (first + k) % topK);
                levels[k * pixels + pixel] = (byte) Math.round(255 * kept[topK - 1 - k] / all);
            }
        }
        return FrameFixture.evidence(pixels, topK, labels, levels, new byte[pixels], new byte[pixels]);
    }

    @Test
    public void entropyAndItsPercentile() {
        Evidence evidence =
                FrameFixture.evidence(4, 1, bytes(0, 0, 1, 1), bytes(9, 9, 9, 9), bytes(0, 51, 52, 255), new byte[4]);
        assertEquals(apply(new EntropyLimit(0.2), CONTEXT, "f", evidence).weight(), new float[] {1, 1, 0, 0});
        FilterContext context = FrameFixture.context(NAMES, Map.of("f", evidence));
        assertEquals(apply(new EntropyPercentile(0.25), context, "f", evidence).weight(), new float[] {1, 1, 1, 0});
        assertEquals(apply(new EntropyPercentile(0.3), context, "f", evidence).weight(), new float[] {1, 1, 1, 0});
        assertEquals(apply(new EntropyPercentile(0.5), context, "f", evidence).weight(), new float[] {1, 1, 0, 0});
        assertEquals(apply(new EntropyPercentile(0), context, "f", evidence).weight(), new float[] {1, 1, 1, 1});
    }

    @Test
    public void marginIsBetweenTheFirstTwoClasses() {
        Evidence evidence = FrameFixture.evidence(
                3, 2, bytes(0, 1, 2, 1, 2, 0), bytes(200, 180, 128, 55, 53, 127), new byte[3], new byte[3]);
        // 145, 127 and 1 of 255; half is 127.5
        assertEquals(apply(new Margin(0.5), CONTEXT, "f", evidence).weight(), new float[] {1, 0, 0});
        FilterContext single =
                new FilterContext(NAMES, 1, java.util.stream.Stream::empty, Map.of(), FrameFixture.NO_SAMPLE);
        ConfigurationException e = expectThrows(ConfigurationException.class, () -> new Margin(0.5).policy(single));
        assertTrue(String.valueOf(e.getMessage()).contains("the store keeps 1"), e.getMessage());
    }

    @Test
    public void agreementOfViews() {
        // Two of three views are stored as 170
        Evidence evidence =
                FrameFixture.evidence(3, 1, bytes(0, 1, 2), bytes(9, 9, 9), new byte[3], bytes(255, 170, 85));
        assertEquals(apply(new ViewAgreement(1), CONTEXT, "f", evidence).weight(), new float[] {1, 0, 0});
        assertEquals(apply(new ViewAgreement(0.6667), CONTEXT, "f", evidence).weight(), new float[] {1, 1, 0});
    }

    @Test
    public void numberOfViewsOfAFusedStore() {
        Evidence alone = FrameFixture.evidence(3, 1, bytes(0, 1, 2), bytes(9, 9, 9), new byte[3], new byte[3]);
        SegmentationEvidence said = alone.segmentation();
        Evidence fused = new Evidence(
                3,
                1,
                new SegmentationEvidence(
                        1, said.classes(), said.probability(), said.entropy(), said.agreement(), new byte[] {
                            1, 3, (byte) 255
                        }),
                null);
        assertEquals(apply(new SeenBy(3), CONTEXT, "f", fused).weight(), new float[] {0, 1, 1});
        assertTrue(new SeenBy(3).policy(CONTEXT).planes().views());
        ConfigurationException refused =
                expectThrows(ConfigurationException.class, () -> apply(new SeenBy(3), CONTEXT, "f", alone));
        assertTrue(refused.getMessage().contains("understudy fuse"), refused.getMessage());
    }

    @Test
    public void imagesAreRankedByTheirMeans() {
        Map<String, Evidence> frames = new TreeMap<>();
        int[] levels = {100, 200, 150, 50};
        for (int i = 0; i < 4; i++) {
            frames.put("f" + i, FrameFixture.evidence(1, new int[] {0}, new int[] {levels[i]}));
        }
        FilterContext context = FrameFixture.context(NAMES, frames);
        ImageReliability half = new ImageReliability(0.5, ImageReliability.By.CONFIDENCE, false);
        ImageReliability ranked = new ImageReliability(0.75, ImageReliability.By.CONFIDENCE, true);
        float[] kept = {0, 1, 1, 0};
        float[] weights = {0.5f, 1, 0.75f, 0};
        for (int i = 0; i < 4; i++) {
            Evidence evidence = frames.get("f" + i);
            assertEquals(apply(half, context, "f" + i, evidence).weight()[0], kept[i]);
            assertEquals(apply(ranked, context, "f" + i, evidence).weight()[0], weights[i]);
        }
    }

    @Test
    public void flexMatchFollowsTheClassThatIsOftenestSure() {
        // Of 0.94·255 = 239.7 and above: 3 walls, 1 floor, no chair. 0.94 · (1/3)/(2 − 1/3) = 0.188 for floors, 0 for
        // chairs
        assertKept(new FlexMatch(0.94), 0, 1, 2, 5, 6, 7, 8, 9);
    }

    @Test
    public void freeMatchScalesTheMeanConfidence() {
        // Sums: wall 1045, floor 592, chair 180; mean 1817/2550 = 0.7125, level 181.7; floors 0.4037, level 102.9
        assertKept(new FreeMatch(1), 0, 1, 2, 3, 5, 6, 7, 8, 9);
        // Walls at most 0.3, level 76.5
        assertKept(new FreeMatch(0.3), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    public void softMatchIsABellBelowTheMean() {
        // Levels 100 and 200: mean 150, variance 50². At 100: exp(−50²·4/(2·50²)) = exp(−2)
        Evidence two = FrameFixture.evidence(2, new int[] {0, 1}, new int[] {100, 200});
        FilterContext context = FrameFixture.context(NAMES, Map.of("f", two));
        float[] weight = apply(new SoftMatch(2, false), context, "f", two).weight();
        assertEquals(weight[0], Math.exp(-2), 1e-6);
        assertEquals(weight[1], 1f);
        assertEquals(apply(new SoftMatch(2, true), context, "f", two).weight(), new float[] {1, 1});
    }

    @Test
    public void batchWeightIsTheShareOfSurePixels() {
        // 0.94·255 = 239.7: five of ten are at or above 240... 255, 250, 240 and 242
        float[] weight = apply(new BatchWeight(0.94), CONTEXT, "ten", TEN).weight();
        for (float w : weight) {
            assertEquals(w, 0.4f);
        }
    }

    @Test
    public void boundaryBandDropsBothSides() {
        Evidence evidence = FrameFixture.evidence(7, new int[] {0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1}, new int[14]);
        assertEquals(
                apply(new BoundaryBand(2), CONTEXT, "f", evidence).weight(),
                new float[] {1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1});
        assertEquals(
                apply(new BoundaryBand(1), CONTEXT, "f", evidence).weight(),
                new float[] {1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1});
    }

    @Test
    public void smallRegionsSeesWhatEarlierPoliciesLeft() {
        Evidence evidence =
                FrameFixture.evidence(6, new int[] {0, 0, 0, 0, 0, 1}, new int[] {200, 200, 20, 200, 200, 200});
        assertEquals(apply(new SmallRegions(3), CONTEXT, "f", evidence).weight(), new float[] {1, 1, 1, 1, 1, 0});
        PolicyRecipe after = new Then(List.of(new Threshold(0.5, Map.of()), new SmallRegions(3)));
        assertEquals(apply(after, CONTEXT, "f", evidence).weight(), new float[6]);
    }

    @Test
    public void compositionsAskForThePlanesOfAllTheirParts() {
        PolicyRecipe recipe =
                new AllOf(List.of(new Margin(0.1), new Then(List.of(new EntropyLimit(0.5), new ViewAgreement(0.5)))));
        assertEquals(recipe.policy(CONTEXT).planes(), new EvidencePlanes(2, true, true, false));
    }

    @DataProvider
    public Object[][] yaml() {
        return new Object[][] {
            {"class-balanced: {portion: 0.2, relabel: false}", new ClassBalanced(0.2, false)},
            {"class-balanced", new ClassBalanced(0.5, true)},
            {"entropy: {most: 0.1}", new EntropyLimit(0.1)},
            {"entropy-percentile: {drop: 0.1}", new EntropyPercentile(0.1)},
            {"margin: {least: 0.1}", new Margin(0.1)},
            {"view-agreement", new ViewAgreement(1)},
            {"seen-by: {views: 5}", new SeenBy(5)},
            {
                "image-reliability: {keep: 0.8, by: entropy, weigh: true}",
                new ImageReliability(0.8, ImageReliability.By.ENTROPY, true)
            },
            {"flex-match", new FlexMatch(0.95)},
            {"free-match", new FreeMatch(1)},
            {"soft-match: {sigmas: 1, perClass: true}", new SoftMatch(1, true)},
            {"batch-weight", new BatchWeight(0.968)},
            {"boundary-band: {width: 3}", new BoundaryBand(3)},
            {"small-regions: {pixels: 9}", new SmallRegions(9)},
            {"agreement-with: {store: student, least: 0.5}", new StoreAgreement("student", 0.5)},
        };
    }

    @Test(dataProvider = "yaml")
    public void recipesReadFromYaml(String yaml, PolicyRecipe expected) {
        assertEquals(ConfigurationLoader.parse("p.yaml", yaml, PolicyRecipe.class, List.of()), expected);
    }

    @DataProvider
    public Object[][] recipes() {
        return new Object[][] {
            {new ClassBalanced(0.3, true)},
            {new ClassBalanced(0.6, false)},
            {new EntropyLimit(0.5)},
            {new EntropyPercentile(0.2)},
            {new Margin(0.2)},
            {new ViewAgreement(0.5)},
            {new ImageReliability(0.6, ImageReliability.By.CONFIDENCE, true)},
            {new FlexMatch(0.8)},
            {new FreeMatch(0.9)},
            {new SoftMatch(2, true)},
            {new BatchWeight(0.5)},
            {new BoundaryBand(1)},
            {new SmallRegions(4)},
        };
    }

    @Test(dataProvider = "recipes")
    public void theOrderOfFramesChangesNothingAndWeightsAreShares(PolicyRecipe recipe) {
        Random random = new Random(3);
        Map<String, Evidence> forwards = new LinkedHashMap<>();
        Map<String, Evidence> backwards = new LinkedHashMap<>();
        for (int i = 0; i < 8; i++) {
            forwards.put("f" + i, RandomEvidence.of(random, 9, 6));
        }
        for (int i = 7; i >= 0; i--) {
            backwards.put("f" + i, forwards.get("f" + i));
        }
        FilterContext one = FrameFixture.context(NAMES, forwards);
        FilterContext other = FrameFixture.context(NAMES, backwards);
        backwards.forEach((id, evidence) -> {
            PseudoLabel label = apply(recipe, one, id, evidence);
            PseudoLabel again = apply(recipe, other, id, evidence);
            assertEquals(label.labels().classes(), again.labels().classes());
            assertEquals(label.weight(), again.weight());
            for (int i = 0; i < label.weight().length; i++) {
                assertTrue(label.weight()[i] >= 0 && label.weight()[i] <= 1);
                assertEquals(label.weight()[i] == 0, label.labels().classAt(i) == 255);
            }
        });
    }
}
