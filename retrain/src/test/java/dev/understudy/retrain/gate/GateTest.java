package dev.understudy.retrain.gate;

import static dev.understudy.retrain.gate.GateConfigurationTest.configuration;
import static dev.understudy.retrain.gate.MeasuredSetTest.BEFORE;
import static dev.understudy.retrain.gate.Measurements.depth;
import static dev.understudy.retrain.gate.Measurements.frame;
import static dev.understudy.retrain.gate.Measurements.model;
import static dev.understudy.retrain.gate.Measurements.random;
import static dev.understudy.retrain.gate.Measurements.set;
import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.evaluation.FrameSums;
import dev.understudy.evaluation.PairedBootstrap.Interval;
import dev.understudy.evaluation.SegmentationMetrics;
import dev.understudy.files.Scratch;
import dev.understudy.files.StrictJson;
import dev.understudy.retrain.gate.MeasuredModel.GoldenOutcome;
import dev.understudy.retrain.gate.Verdict.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class GateTest {
    static final String MIOU = "required: [{set: rooms, metric: miou}]\n";

    private static final MeasuredSet AFTER =
            set(frame("a", new long[][] {{7, 1}, {1, 1}}), frame("b", new long[][] {{4, 0}, {2, 4}}));

    @Test
    public void aGainThatMayBeNoiseIsNotPromoted() {
        String few = "bootstrap: {minimumFrames: 1, minimumScenes: 2}\n";
        Verdict verdict = judge(MIOU + few, model("v1", BEFORE), model("v2", AFTER));
        assertFalse(verdict.promoted());
        String reason = finding(verdict, "required").reason();
        assertTrue(reason.startsWith("0.5833 → 0.6444, gain 0.06111 [-"), reason);
        assertTrue(
                reason.endsWith(
                        "] over 2 frames taken as independent, expected a gain of at least 0 and an interval above 0"),
                reason);
    }

    @Test
    public void aGainBeyondNoiseIsPromoted() {
        Verdict verdict = judge(MIOU, model("v1", random(1, 60, 0.6, 0.5)), model("v2", random(2, 60, 0.7, 0.5)));
        assertTrue(verdict.promoted(), verdict.reason());
        assertTrue(verdict.reason().startsWith("rooms miou: "), verdict.reason());
        Interval interval = finding(verdict, "required").interval();
        assertTrue(interval.low() > 0 && interval.low() < interval.gain() && interval.gain() < interval.high());
    }

    @Test
    public void aWorseChallengerIsNotPromoted() {
        assertFalse(judge(MIOU, model("v1", random(1, 60, 0.7, 0.5)), model("v2", random(2, 60, 0.6, 0.5)))
                .promoted());
    }

    @Test
    public void lowerIsBetterForErrors() {
        String rmse = "required: [{set: rooms, metric: rmse, minimumGain: 0.01}]\nclasses: {toleratedLoss: 1}\n";
        MeasuredModel coarse = model("v1", random(1, 60, 0.6, 0.5));
        MeasuredModel fine = model("v2", random(2, 60, 0.6, 0.4));
        assertTrue(
                judge(rmse, coarse, fine).promoted(), judge(rmse, coarse, fine).reason());
        assertFalse(judge(rmse, fine, coarse).promoted());
    }

    @Test
    public void aTaskMayLoseWhatIsTolerated() {
        String both = "required:\n- {set: rooms, metric: miou}\n- {set: rooms, metric: rmse, minimumGain: %s}\n";
        MeasuredModel before = model("v1", random(1, 60, 0.6, 0.50));
        MeasuredModel after = model("v2", random(2, 60, 0.7, 0.51));
        assertTrue(
                judge(String.format(Locale.ROOT, both, "-0.05"), before, after).promoted());
        assertFalse(
                judge(String.format(Locale.ROOT, both, "-0.001"), before, after).promoted());
        assertFalse(judge(String.format(Locale.ROOT, both, "0"), before, after).promoted());
    }

    @Test
    public void whatIsOnlyNotWorseIsATie() {
        String tolerant = "required: [{set: rooms, metric: miou, minimumGain: -0.5}]\n";
        Verdict verdict = judge(tolerant, model("v1", random(1, 60, 0.6, 0.5)), model("v2", random(1, 60, 0.6, 0.5)));
        assertFalse(verdict.promoted());
        assertEquals(verdict.reason(), "all required metrics: none is better beyond noise: a tie");
    }

    @Test
    public void aClassThatLosesTooMuchStopsIt() {
        MeasuredSet before = manyTimes(new long[][] {{60, 40}, {10, 90}});
        MeasuredSet after = manyTimes(new long[][] {{95, 5}, {25, 75}});
        // Door: 90/(100+130-90) = 0.643 → 75/(100+80-75) = 0.714; wall: 60/110 → 95/125: no class loses.
        assertTrue(judge(MIOU, model("v1", before), model("v2", after)).promoted());
        MeasuredSet blind = manyTimes(new long[][] {{100, 0}, {45, 55}});
        Verdict verdict = judge(MIOU + "classes: {toleratedLoss: 0.05}\n", model("v1", before), model("v2", blind));
        assertFalse(verdict.promoted());
        assertEquals(verdict.reason(), "rooms door: IoU 0.6429 → 0.55, expected a loss of at most 0.05");
        assertTrue(judge(MIOU + "classes: {toleratedLossOf: {door: 0.1}}\n", model("v1", before), model("v2", blind))
                .promoted());
        assertTrue(judge(MIOU + "classes: {minimumPixels: 5000}\n", model("v1", before), model("v2", blind))
                .promoted());
        assertFalse(judge(MIOU + "classes: {toleratedLossOf: {window: 1}}\n", model("v1", before), model("v2", after))
                .promoted());
    }

    /** One pixel of a class that is nowhere in the truth costs that pixel, and not a whole class at 0. */
    @Test
    public void aStrayPixelNeitherStopsABetterChallengerNorPromotesAnIdenticalOne() {
        long[][] as = {{600, 40, 0}, {30, 330, 0}, {0, 0, 0}};
        long[][] strayed = {{599, 40, 1}, {30, 330, 0}, {0, 0, 0}};
        long[][] better = {{607, 33, 0}, {26, 334, 0}, {0, 0, 0}};
        long[][] betterStrayed = {{606, 33, 1}, {26, 334, 0}, {0, 0, 0}};
        MeasuredModel champion = model("v1", rooms(as, as));
        Verdict promoted = judge(MIOU, champion, model("v2", rooms(better, betterStrayed)));
        assertTrue(promoted.promoted(), promoted.reason());
        assertTrue(finding(promoted, "required").interval().gain() > 0.01, promoted.reason());
        Verdict same = judge(MIOU, model("v1", rooms(as, strayed)), model("v2", rooms(as, as)));
        assertFalse(same.promoted(), same.reason());
        assertTrue(finding(same, "required").interval().gain() < 0.001, same.reason());
    }

    /** A class that few frames show counts in every resample, also in those that draw none of them. */
    @Test
    public void theClassesOfEveryResampleAreThoseOfTheWholeTruth() {
        long[][] plain = {{500, 0, 0}, {0, 500, 0}, {0, 0, 0}};
        long[][] rare = {{500, 0, 0}, {0, 450, 0}, {0, 25, 25}};
        long[][] rareLost = {{500, 0, 0}, {0, 450, 0}, {0, 26, 24}};
        Verdict verdict = judge(MIOU, model("v1", rooms(plain, rare)), model("v2", rooms(plain, rareLost)));
        Interval interval = finding(verdict, "required").interval();
        // Where no lamp was drawn both have none; where some were, the challenger lost 2 % of it: never more than a
        // third.
        assertTrue(interval.low() > -0.02 && interval.high() < 0.001, interval.toString());
    }

    /** Twenty frames, of which the last is another. */
    private static MeasuredSet rooms(long[][] most, long[][] last) {
        FrameSums[] frames = new FrameSums[20];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = frame(String.format(Locale.ROOT, "f%02d", i), i < frames.length - 1 ? most : last);
        }
        return new MeasuredSet("rooms", "d1", List.of("wall", "door", "lamp"), List.of(frames));
    }

    @DataProvider
    public Object[][] defects() {
        MeasuredSet good = random(2, 60, 0.7, 0.4);
        List<FrameSums> broken = new ArrayList<>(good.frames());
        broken.set(
                3,
                new FrameSums(
                        "f003",
                        null,
                        new TreeMap<>(Map.of(
                                "segmentation",
                                Objects.requireNonNull(broken.get(3).of(SegmentationMetrics.MIOU)),
                                "depth",
                                depth(1, Double.NaN, 0, 0, 0)))));
        MeasuredModel model = model("v2", good);
        return new Object[][] {
            {"a missing set", new MeasuredModel("v2", List.of(), 20.0, 1, model.golden()), "was not measured for v2"},
            {
                "a missing task",
                model("v2", new MeasuredSet("rooms", "d1", good.classes(), withoutDepth(good))),
                "rooms rmse: was not measured for v2"
            },
            {"NaN", model("v2", new MeasuredSet("rooms", "d1", good.classes(), broken)), "NaN, expected numbers"},
            {
                "another digest",
                model("v2", new MeasuredSet("rooms", "d2", good.classes(), good.frames())),
                "the evaluation set has changed: its digest was d1 and is d2"
            },
            {
                "other frames",
                model(
                        "v2",
                        new MeasuredSet(
                                "rooms", "d1", good.classes(), good.frames().subList(1, 60))),
                "the evaluation set has changed"
            },
            {"no golden check", new MeasuredModel("v2", List.of(good), 20.0, 1, null), "saved file: was not checked"},
            {
                "a file that does not load",
                new MeasuredModel("v2", List.of(good), 20.0, 1, new GoldenOutcome(false, 0, "it is cut off")),
                "cannot be loaded: it is cut off"
            },
            {
                "a file that predicts something else",
                new MeasuredModel("v2", List.of(good), 20.0, 1, new GoldenOutcome(true, 0.5, "")),
                "differ from those evaluated by 0.5, expected at most 0.0001"
            },
            {
                "a file that predicts NaN",
                new MeasuredModel("v2", List.of(good), 20.0, 1, new GoldenOutcome(true, Double.NaN, "")),
                "differ from those evaluated by NaN"
            },
            {
                "no latency",
                new MeasuredModel("v2", List.of(good), null, 1, model.golden()),
                "latency: was not measured, and there is a limit on ms a frame"
            },
            {
                "too slow",
                new MeasuredModel("v2", List.of(good), 31.0, 1, model.golden()),
                "31 ms a frame, with 1.5 × the champion's, expected at most 30"
            },
            {
                "too large",
                new MeasuredModel("v2", List.of(good), 20.0, 20_000_001, model.golden()),
                "20000001 bytes of weights, expected at most 20000000"
            },
        };
    }

    @Test(dataProvider = "defects")
    public void whateverIsWrongIsNotPromotedAndSaysWhy(String what, MeasuredModel challenger, String reason) {
        String gate = """
                required:
                - {set: rooms, metric: miou, minimumGain: 0.01}
                - {set: rooms, metric: rmse}
                limits: {latencyMillis: 50, slowdown: 1.5, weightsBytes: 20000000}
                """;
        MeasuredModel champion = model("v1", random(1, 60, 0.6, 0.5));
        assertTrue(judge(gate, champion, model("v2", random(2, 60, 0.7, 0.4))).promoted(), "but for " + what);
        Verdict verdict = judge(gate, champion, challenger);
        assertFalse(verdict.promoted());
        assertTrue(verdict.reason().contains(reason), verdict.reason());
    }

    @Test
    public void tooFewFramesDecideNothing() {
        Verdict verdict = judge(MIOU, model("v1", random(1, 9, 0.5, 0.5)), model("v2", random(1, 9, 0.9, 0.5)));
        assertEquals(
                verdict.reason().lines().findFirst().orElseThrow().split(";")[0],
                "rooms miou: was measured on 9 frames, expected at least 10");
    }

    /** Whoever asks for any of several metrics finds one by chance that many times as often. */
    @Test
    public void anyOfSeveralMetricsIsCorrectedForTheirNumber() {
        MeasuredSet as = random(1, 20, 0.6, 0.5);
        List<FrameSums> frames = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            // Better by 10 pixels on three of four frames, worse on the fourth: t = 2.5 with 19 degrees of freedom, p =
            // 0.011.
            int found = i % 4 == 0 ? -10 : 10;
            FrameSums more = frame("", new long[][] {{found, -found}, {0, 0}});
            frames.add(as.frames().get(i).plus(more));
        }
        MeasuredSet alike = new MeasuredSet("rooms", "d1", as.classes(), frames);
        String one = "required: [{set: rooms, metric: pixel-accuracy, minimumGain: -0.5}%s]\n";
        String others = "";
        for (String metric : List.of("rmse", "abs-rel", "rmse-log", "delta1")) {
            others += ", {set: rooms, metric: " + metric + ", minimumGain: -0.5}";
        }
        Verdict alone = judge(String.format(Locale.ROOT, one, ""), model("v1", as), model("v2", alike));
        double probability = finding(alone, "required").interval().probability();
        assertTrue(probability < 0.025 && probability > 0.025 / 5, "an example that tells: " + probability);
        assertTrue(alone.promoted(), alone.reason());
        Verdict ofFive = judge(String.format(Locale.ROOT, one, others), model("v1", as), model("v2", alike));
        assertFalse(ofFive.promoted());
        assertEquals(
                ofFive.reason(), "all required metrics: none is better beyond noise, corrected for 5 metrics: a tie");
    }

    @Test
    public void framesOfFewScenesDecideNothing() {
        Verdict verdict = judge(
                MIOU,
                model("v1", recorded(random(1, 60, 0.5, 0.5), 15)),
                model("v2", recorded(random(2, 60, 0.9, 0.5), 15)));
        assertEquals(
                finding(verdict, "required").reason(),
                "was measured on frames of 4 scenes, expected at least 5; add frames of other places or recordings");
    }

    @Test
    public void whatIsNotKnownOfScenesIsSaidPlainly() {
        MeasuredModel champion = model("v1", random(1, 60, 0.6, 0.5));
        Verdict unknown = judge(MIOU, champion, model("v2", random(2, 60, 0.7, 0.5)));
        assertTrue(unknown.promoted(), unknown.reason());
        assertEquals(unknown.warnings().size(), 1);
        assertTrue(
                unknown.warnings()
                        .get(0)
                        .startsWith("set rooms: 60 of 60 frames name no scene and were taken as independent"),
                unknown.warnings().get(0));
        assertTrue(unknown.reason().contains("over 60 frames taken as independent"), unknown.reason());
        Verdict known = judge(MIOU, champion, model("v2", recorded(random(2, 60, 0.7, 0.5), 6)));
        assertTrue(known.promoted(), known.reason());
        assertEquals(known.warnings(), List.of());
        assertTrue(known.reason().contains("over 10 scenes"), known.reason());
    }

    /** The frames one after the other as recordings of so many. */
    private static MeasuredSet recorded(MeasuredSet set, int frames) {
        List<FrameSums> recorded = new ArrayList<>();
        for (int i = 0; i < set.frames().size(); i++) {
            recorded.add(set.frames().get(i).withScene("room" + i / frames));
        }
        return new MeasuredSet(set.set(), set.digest(), set.classes(), recorded);
    }

    @Test
    public void theFirstModelNeedsNoChampion() {
        Verdict verdict = judge(MIOU, null, model("v1", random(1, 60, 0.6, 0.5)));
        assertTrue(verdict.promoted());
        assertTrue(verdict.reason().endsWith("and there is no champion yet"), verdict.reason());
        assertFalse(judge("required: [{set: rooms, metric: mean-angle}]\n", null, model("v1", BEFORE))
                .promoted());
    }

    @Test
    public void theSameModelIsNeverPromoted() {
        long seed = 11;
        Random random = new Random(seed);
        for (int i = 0; i < 40; i++) {
            String gate = String.format(
                    Locale.ROOT,
                    "required: [{set: rooms, metric: %s, minimumGain: %s}]\nbootstrap: {resamples: 200, seed: %d}",
                    List.of("miou", "pixel-accuracy", "rmse", "abs-rel", "delta1")
                            .get(random.nextInt(5)),
                    -random.nextDouble(),
                    random.nextInt(1000));
            MeasuredSet set =
                    random(random.nextInt(), 10 + random.nextInt(20), random.nextDouble(), random.nextDouble());
            Verdict verdict = judge(gate, model("v1", set), model("v2", set));
            assertFalse(verdict.promoted(), "seed " + seed + ", " + gate);
            assertTrue(verdict.reason().contains("tie"), verdict.reason());
        }
    }

    @Test
    public void theOrderOfFramesDoesNotMatter() {
        List<FrameSums> shuffled = new ArrayList<>(random(2, 60, 0.7, 0.4).frames());
        Collections.shuffle(shuffled, new Random(3));
        MeasuredModel champion = model("v1", random(1, 60, 0.6, 0.5));
        assertEquals(
                judge(MIOU, champion, model("v2", new MeasuredSet("rooms", "d1", List.of("wall", "door"), shuffled))),
                judge(MIOU, champion, model("v2", random(2, 60, 0.7, 0.4))));
    }

    @Test
    public void whatIsKeptCanBeReadBack() throws IOException {
        MeasuredModel model = model("v2", recorded(random(2, 60, 0.7, 0.4), 6));
        Verdict verdict = judge(MIOU, model("v1", random(1, 60, 0.6, 0.5)), model);
        assertEquals(StrictJson.MAPPER.readValue(StrictJson.indented(verdict), Verdict.class), verdict);
        Path file = Scratch.folder("measured").resolve("measured.json");
        MeasuredModel.FORMAT.write(file, model);
        MeasuredModel read = MeasuredModel.FORMAT.read(file);
        assertEquals(read.sets().get(0).frames().get(7).scene(), "room1");
        assertEquals(judge(MIOU, model("v1", random(1, 60, 0.6, 0.5)), read), verdict);
    }

    private static List<FrameSums> withoutDepth(MeasuredSet set) {
        return set.frames().stream()
                .map(f -> new FrameSums(
                        f.frame(),
                        null,
                        new TreeMap<>(Map.of("segmentation", Objects.requireNonNull(f.of(SegmentationMetrics.MIOU))))))
                .toList();
    }

    private static MeasuredSet manyTimes(long[][] confusion) {
        FrameSums[] frames = new FrameSums[20];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = frame("f" + i, confusion);
        }
        return set(frames);
    }

    private static Finding finding(Verdict verdict, String rule) {
        return verdict.findings().stream()
                .filter(f -> f.rule().equals(rule))
                .findFirst()
                .orElseThrow();
    }

    private static Verdict judge(String yaml, MeasuredModel champion, MeasuredModel challenger) {
        return new Gate(configuration(yaml)).judge(champion, challenger);
    }
}
