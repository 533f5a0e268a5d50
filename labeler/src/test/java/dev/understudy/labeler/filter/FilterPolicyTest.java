package dev.understudy.labeler.filter;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.labeler.filter.ConfidencePolicies.Threshold;
import dev.understudy.labeler.filter.Then.AllOf;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.testng.Reporter;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class FilterPolicyTest {
    private static final FilterContext CONTEXT = new FilterContext(
            List.of("wall", "floor", "chair"), 3, java.util.stream.Stream::empty, Map.of(), FrameFixture.NO_SAMPLE);

    /** Classes wall, floor, chair, none of the space, floor at levels 255, 230, 229, 255 and 0. */
    private static final Evidence FIVE = evidence(new int[] {0, 1, 2, 255, 1}, new int[] {255, 230, 229, 255, 0});

    private static Evidence evidence(int[] classes, int[] levels) {
        int n = classes.length;
        byte[] c = new byte[n];
        byte[] p = new byte[n];
        for (int i = 0; i < n; i++) {
            c[i] = (byte) classes[i];
            p[i] = (byte) levels[i];
        }
        return new Evidence(n, 1, new SegmentationEvidence(1, c, p, new byte[n], new byte[n]), null);
    }

    private static PseudoLabel apply(PolicyRecipe recipe, Evidence evidence) {
        FrameRecord record = FrameRecord.of("f", "rgb").build();
        RgbImage rgb =
                new RgbImage(evidence.width(), evidence.height(), new byte[3 * evidence.width() * evidence.height()]);
        return recipe.policy(CONTEXT).apply(new Frame(record, rgb, null, null, null), evidence);
    }

    private static void assertLabels(PseudoLabel label, int[] classes, float... weights) {
        for (int i = 0; i < classes.length; i++) {
            assertEquals(label.labels().classAt(i), classes[i], "pixel " + i);
        }
        assertEquals(label.weight(), weights);
    }

    @Test
    public void noneKeepsEveryLabelOfTheClassSpace() {
        assertLabels(apply(new NoFilter(), FIVE), new int[] {0, 1, 2, 255, 1}, 1, 1, 1, 0, 1);
    }

    @Test
    public void thresholdKeepsWhatIsAtLeastAsProbable() {
        assertLabels(apply(new Threshold(0.9, Map.of()), FIVE), new int[] {0, 1, 255, 255, 255}, 1, 1, 0, 0, 0);
        assertLabels(apply(new Threshold(1, Map.of()), FIVE), new int[] {0, 255, 255, 255, 255}, 1, 0, 0, 0, 0);
        assertLabels(apply(new Threshold(0, Map.of()), FIVE), new int[] {0, 1, 2, 255, 1}, 1, 1, 1, 0, 1);
    }

    @Test
    public void aStoredLevelPassesTheThresholdOfItsOwnValue() {
        for (int level = 0; level < 256; level++) {
            PseudoLabel kept =
                    apply(new Threshold(level / 255.0, Map.of()), evidence(new int[] {1}, new int[] {level}));
            assertEquals(kept.labels().classAt(0), 1, "level " + level);
        }
    }

    @Test
    public void aClassMayHaveAThresholdOfItsOwn() {
        Threshold recipe = new Threshold(0.95, Map.of("chair", 0.5, "floor", 0.0));
        assertLabels(apply(recipe, FIVE), new int[] {0, 1, 2, 255, 1}, 1, 1, 1, 0, 1);
    }

    @Test
    public void anUnknownClassIsNamed() {
        ConfigurationException e =
                expectThrows(ConfigurationException.class, () -> apply(new Threshold(0.9, Map.of("chiar", 0.5)), FIVE));
        assertEquals(
                e.problems(),
                List.of("threshold: the store's class space has no class 'chiar'; did you mean 'chair'?"));
    }

    @Test
    public void allOfAndThenKeepWhatEachKeeps() {
        List<PolicyRecipe> parts =
                List.of(new Threshold(0, Map.of("wall", 1.0)), new Threshold(0.9, Map.of("chair", 0.5)));
        int[] expected = {0, 1, 2, 255, 255};
        assertLabels(apply(new AllOf(parts), FIVE), expected, 1, 1, 1, 0, 0);
        assertLabels(apply(new Then(parts), FIVE), expected, 1, 1, 1, 0, 0);
    }

    @Test
    public void whereTwoPoliciesNameDifferentClassesNothingIsKept() {
        Judgement one = Judgement.of(evidence(new int[] {0, 1}, new int[] {9, 9}));
        Judgement other = Judgement.of(evidence(new int[] {0, 2}, new int[] {9, 9}));
        assertLabels(one.and(other).kept(), new int[] {0, 255}, 1, 0);
    }

    @Test
    public void recipesReadFromYaml() {
        assertEquals(
                parse("all-of:\n  - none\n  - threshold: {probability: 0.8, classes: {wall: 0.95}}\n"),
                new AllOf(List.of(new NoFilter(), new Threshold(0.8, Map.of("wall", 0.95)))));
        assertEquals(parse("threshold: {}\n"), new Threshold(0.9, Map.of()));
        ConfigurationException e =
                expectThrows(ConfigurationException.class, () -> parse("threshold: {probability: 1.5}\n"));
        assertTrue(String.valueOf(e.getMessage()).contains("from 0 to 1"), e.getMessage());
    }

    private static PolicyRecipe parse(String yaml) {
        return ConfigurationLoader.parse("policy.yaml", yaml, PolicyRecipe.class, List.of());
    }

    @DataProvider
    public Object[][] recipes() {
        return new Object[][] {
            {new NoFilter()},
            {new Threshold(0.7, Map.of("floor", 0.2))},
            {new AllOf(List.of(new Threshold(0.5, Map.of()), new Threshold(0.1, Map.of("wall", 0.9))))},
            {new Then(List.of(new Threshold(0.5, Map.of()), new NoFilter()))},
        };
    }

    @Test(dataProvider = "recipes")
    public void weightsAreFromZeroToOneAndZeroExactlyWhereNothingIsKept(PolicyRecipe recipe) {
        for (Evidence evidence : randomEvidence()) {
            PseudoLabel label = apply(recipe, evidence);
            for (int i = 0; i < label.weight().length; i++) {
                assertTrue(label.weight()[i] >= 0 && label.weight()[i] <= 1);
                assertEquals(label.weight()[i] == 0, label.labels().classAt(i) == 255);
            }
        }
    }

    @Test(dataProvider = "recipes")
    public void askingTwiceChangesNothing(PolicyRecipe recipe) {
        for (Evidence evidence : randomEvidence()) {
            PseudoLabel once = apply(recipe, evidence);
            PseudoLabel twice = apply(new AllOf(List.of(recipe, recipe)), evidence);
            assertEquals(twice.labels().classes(), once.labels().classes());
            assertEquals(twice.weight(), once.weight());
        }
    }

    @Test
    public void aHigherThresholdKeepsNoPixelThatALowerOneDrops() {
        Random random = new Random(8);
        for (Evidence evidence : randomEvidence()) {
            double low = random.nextDouble();
            double high = low + (1 - low) * random.nextDouble();
            PseudoLabel more = apply(new Threshold(low, Map.of()), evidence);
            PseudoLabel fewer = apply(new Threshold(high, Map.of()), evidence);
            for (int i = 0; i < more.weight().length; i++) {
                assertTrue(fewer.weight()[i] <= more.weight()[i]);
            }
        }
    }

    private static List<Evidence> randomEvidence() {
        long seed = 7;
        Reporter.log("seed " + seed, true);
        Random random = new Random(seed);
        return random.ints(20, 1, 50)
                .mapToObj(n -> evidence(
                        random.ints(n, 0, 4).map(c -> c == 3 ? 255 : c).toArray(),
                        random.ints(n, 0, 256).toArray()))
                .toList();
    }
}
