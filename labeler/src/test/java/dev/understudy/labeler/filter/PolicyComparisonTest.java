package dev.understudy.labeler.filter;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.ListedFrames;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.evaluation.ClassCounts;
import dev.understudy.evaluation.Evaluation.EvaluationListener;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.PairedBootstrap;
import dev.understudy.evaluation.ScenePairs;
import dev.understudy.evaluation.SegmentationMetrics;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.RoomsStore;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.calibration.CalibrationMethod;
import dev.understudy.labeler.calibration.CalibrationSample;
import dev.understudy.labeler.filter.Judgement.LabelJudge;
import dev.understudy.labeler.filter.OracleFilter.TrueLabels;
import dev.understudy.labeler.filter.PolicyComparison.FrameDispute;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StoreDescription.Calibration;
import dev.understudy.store.StorePublisher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Policies over a real store of rendered frames. */
public class PolicyComparisonTest {
    private static final String ORACLE = "oracle filter";
    private static final String TRUTH = "true labels";
    private static final List<String> NAMES = ClassSpace.load("nyud40").names();

    private final ListedFrames frames = RoomsStore.frames(6, 96, 72, 3);
    private Path folder;

    @BeforeClass
    public void write() throws IOException {
        folder = RoomsStore.inTemporaryFolder(frames);
    }

    @AfterClass
    public void remove() throws IOException {
        Scratch.delete(folder);
    }

    private FilterPolicy policy(String yaml, CalibratedStore store) {
        return ConfigurationLoader.parse("p.yaml", yaml, PolicyRecipe.class, List.of())
                .policy(FilterContext.of(store, NAMES, Map.of("itself", store), frames));
    }

    private PolicyComparison.Result run(String... policies) {
        return run(frames, 100, policies);
    }

    private PolicyComparison.Result run(ListedFrames frames, int mostApart, String... policies) {
        try (LabelStore store = LabelStore.open(folder.resolve("store"))) {
            CalibratedStore calibrated = new CalibratedStore(store);
            Map<String, FilteredStore> built = new LinkedHashMap<>();
            for (String yaml : policies) {
                built.put(yaml, new FilteredStore(calibrated, policy(yaml, calibrated)));
            }
            FilteredStore all = new FilteredStore(calibrated, policy("none", calibrated));
            Map<String, LabelJudge> bounds = Map.of(ORACLE, new OracleFilter(all), TRUTH, new TrueLabels());
            return new PolicyComparison(built, bounds, NAMES.size(), mostApart).run(frames, EvaluationListener.NONE);
        }
    }

    private Map<String, PolicyScores> compare(String... policies) {
        Map<String, PolicyScores> scores = new LinkedHashMap<>(run(policies).scores());
        scores.keySet().removeAll(List.of(ORACLE, TRUTH));
        return scores;
    }

    @Test
    public void theBoundsAreWhatTheTruthAllows() {
        Map<String, PolicyScores> scores = run("none").scores();
        PolicyScores none = scores.get("none");
        PolicyScores oracle = scores.get(ORACLE);
        assertEquals(oracle.keptAccuracy(), 1.0);
        assertEquals(oracle.keptShare(), none.keptAccuracy(), 1e-12);
        assertEquals(oracle.answerAccuracy(), none.answerAccuracy(), 1e-12);
        assertEquals(scores.get(TRUTH).keptShare(), 1.0);
        assertEquals(scores.get(TRUTH).area(), 0.0);
        assertTrue(oracle.drops() && !oracle.weighs());
        assertTrue(!none.drops() && !none.weighs());
        assertTrue(run("soft-match").scores().get("soft-match").weighs());
    }

    private ListedFrames inScenes(IntFunction<@Nullable String> scene) {
        return new ListedFrames(IntStream.range(0, frames.size())
                .mapToObj(i -> {
                    Frame frame = frames.read(i);
                    FrameRecord record = frame.record().withScene(scene.apply(i));
                    return new Frame(record, frame.rgb(), frame.depth(), frame.segmentation(), frame.normals());
                })
                .toList());
    }

    private ListedFrames inScenesOfTwo() {
        return inScenes(i -> "room" + i / 2);
    }

    /** So that an ablation can draw scenes, as the gate does. */
    @Test
    public void sumsAreKeptByFrameWithItsScene() {
        ListedFrames rooms = inScenesOfTwo();
        Map<String, PolicyScores> scores =
                run(rooms, 100, "none", "threshold: {probability: 0.8}").scores();
        scores.forEach((name, score) -> {
            assertEquals(
                    score.sums().stream().map(FrameSums::frame).toList(),
                    rooms.frames().stream().map(Frame::id).sorted().toList(),
                    name);
            assertEquals(
                    score.sums().stream().map(FrameSums::scene).distinct().count(), 3, "pairs of frames are scenes");
            ClassCounts sum = new ClassCounts(NAMES.size());
            score.sums().forEach(frame -> sum.merge(ClassCounts.view(frame.of(SegmentationMetrics.MIOU))));
            assertEquals(sum.sums(), score.kept().sums(), name);
            assertEquals(
                    SegmentationMetrics.MIOU.of(sum.sums(), Metric.Scope.of(sum.sums())),
                    score.keptMeanIou(),
                    1e-12,
                    name);
        });
        assertTrue(PairedBootstrap.DEFAULT.interval(pairs(scores)).gain() > 0);
    }

    private static ScenePairs pairs(Map<String, PolicyScores> scores) {
        return ScenePairs.of(
                SegmentationMetrics.MIOU,
                scores.get("none").sums(),
                scores.get(ORACLE).sums());
    }

    /** Memory does not grow with the frames of a scene, and no comparison comes out differently for it. */
    @Test
    public void ofVeryManyFramesTheSumsOfASceneAreKept() {
        Map<String, PolicyScores> apart = run(inScenesOfTwo(), 100, "none").scores();
        Map<String, PolicyScores> together = run(inScenesOfTwo(), 5, "none").scores();
        assertEquals(together.get("none").sums().size(), 3);
        assertEquals(PairedBootstrap.DEFAULT.interval(pairs(together)), PairedBootstrap.DEFAULT.interval(pairs(apart)));
        Map<String, PolicyScores> alone = run(inScenes(i -> null), 2, "none").scores();
        assertEquals(alone.get("none").sums().size(), 2, "without scenes, neighbours");
    }

    @Test
    public void framesAreDisputedAsFarAsPoliciesDiffer() {
        assertTrue(run("none", "threshold: {probability: 0}").disputes().stream()
                .allMatch(dispute -> dispute.share() == 0));
        PolicyComparison.Result result = run("none", "threshold: {probability: 0.8}");
        double mean = result.disputes().stream()
                .mapToDouble(FrameDispute::share)
                .average()
                .orElseThrow();
        // Of two policies one is in the minority wherever the threshold drops
        double dropped =
                1 - result.scores().get("threshold: {probability: 0.8}").keptShare();
        assertEquals(mean, dropped / 2, 1e-9);
        assertEquals(result.disputes().size(), frames.size());
        assertTrue(result.disputes().get(0).share() >= result.disputes().get(1).share());
    }

    @Test
    public void aThresholdIsRankedAsItsConfidence() {
        Map<String, PolicyScores> scores =
                compare("none", "threshold: {probability: 0.8}", "threshold: {probability: 1}");
        double area = scores.get("none").area();
        scores.values().forEach(score -> {
            assertEquals(score.area(), area, 1e-9);
            assertEquals(score.answerAccuracy(), scores.get("none").keptAccuracy(), 1e-12);
        });
        assertEquals(scores.get("none").keptShare(), 1.0);
        PolicyScores some = scores.get("threshold: {probability: 0.8}");
        assertTrue(some.keptShare() > 0.2 && some.keptShare() < 0.9);
        assertTrue(some.keptAccuracy() > scores.get("none").keptAccuracy());
        // What a threshold keeps is the head of its ranking
        assertEquals(some.risk(some.keptShare()), 1 - some.keptAccuracy(), 1e-6);
    }

    @Test
    public void votingOnSurfacesMendsWhatACoarseExpertDrew() {
        Map<String, PolicyScores> scores = compare("none", "surface-vote");
        assertTrue(
                scores.get("surface-vote").answerAccuracy() > scores.get("none").answerAccuracy() + 0.05);
        assertTrue(scores.get("surface-vote").area() < 0.75 * scores.get("none").area());
    }

    @Test
    public void agreeingWithItselfIsNoFilter() {
        Map<String, PolicyScores> scores = compare("none", "agreement-with: {store: itself}");
        assertEquals(scores.get("agreement-with: {store: itself}").keptShare(), 1.0);
        ConfigurationException e =
                expectThrows(ConfigurationException.class, () -> compare("agreement-with: {store: itselv}"));
        assertTrue(String.valueOf(e.getMessage()).contains("did you mean 'itself'"), e.getMessage());
    }

    @Test
    public void policiesSeeNoTruthAndTheFramesOwnSize() {
        try (LabelStore store = LabelStore.open(folder.resolve("store"))) {
            FilterPolicy spy = (frame, evidence, current) -> {
                assertNull(frame.segmentation());
                assertNull(frame.normals());
                return current;
            };
            FilteredStore filtered = new FilteredStore(new CalibratedStore(store), spy);
            Frame frame = frames.read(0);
            filtered.get(frame);
            Frame other = new Frame(frame.record(), new RgbImage(2, 1, new byte[6]), null, null, null);
            DataException e = expectThrows(DataException.class, () -> filtered.get(other));
            assertTrue(String.valueOf(e.getMessage()).contains("label it again"), e.getMessage());
        }
    }

    @Test
    public void aCalibratedStoreIsReadAsItsCalibrationSays() throws IOException {
        Path path = folder.resolve("calibrated");
        RoomsStore.write(frames, path);
        CalibrationSample sample = new CalibrationSample(NAMES.size(), 1000);
        try (LabelStore store = LabelStore.open(path)) {
            for (int i = 0; i < frames.size(); i++) {
                sample.add(
                        Objects.requireNonNull(frames.read(i).segmentation()),
                        Objects.requireNonNull(store.get(frames.record(i).id()).segmentation()));
            }
        }
        for (CalibrationMethod method : CalibrationMethod.values()) {
            Calibration calibration = method.fit(sample);
            StorePublisher.calibrate(path, calibration);
            try (LabelStore store = LabelStore.open(path)) {
                CalibratedStore calibrated = new CalibratedStore(store);
                long levels = 0;
                for (int i = 0; i < frames.size(); i++) {
                    SegmentationEvidence evidence = Objects.requireNonNull(calibrated
                            .get(frames.record(i).id(), EvidencePlanes.LABELS)
                            .segmentation());
                    for (int pixel = 0; pixel < evidence.pixels(); pixel++) {
                        levels += evidence.probability()[pixel] & 0xFF;
                    }
                }
                double mean = calibrated.statistics().overallConfidence().mean();
                double expected = levels / 255.0 / calibrated.statistics().pixels();
                assertEquals(mean, expected, method == CalibrationMethod.ISOTONIC ? 1e-12 : 0.003);
                assertEquals(mean, sample.table().accuracy(), 0.05);
            }
        }
    }
}
