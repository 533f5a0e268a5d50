package dev.understudy.pipeline.ablate;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotNull;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;

import dev.understudy.evaluation.DepthMetrics;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.evaluation.Holm;
import dev.understudy.pipeline.ablate.AblationResults.StudentFrames;
import dev.understudy.pipeline.ablate.AblationResults.StudentResult;
import dev.understudy.pipeline.ablate.AblationResults.StudentScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.testng.annotations.Test;

public class StudentSummaryTest {
    private static AblationResults.Trained student(String labels, String rule, long seed, double meanIou) {
        SortedMap<String, Double> metrics = new TreeMap<>(Map.of("miou", meanIou, "pixel-accuracy", 0.5, "rmse", 1.0));
        StudentScores scores = new StudentScores(metrics, Map.of("wall", meanIou), 9);
        return new AblationResults.Trained(new StudentResult(labels, rule, seed, "f", scores), frames(meanIou));
    }

    /** Ten scenes of two frames, walls alone, of which about a share of {@code meanIou} is found. */
    private static StudentFrames frames(double meanIou) {
        List<FrameSums> frames = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            double found = Math.rint(1000 * meanIou) + i / 2;
            frames.add(new FrameSums(
                    "f" + i, "scene" + i / 2, new TreeMap<>(Map.of("segmentation", new double[] {found, found, 1000, 0
                    }))));
        }
        return new StudentFrames(frames);
    }

    private static List<AblationResults.Trained> three(
            String labels, String rule, double first, double second, double third) {
        return List.of(
                student(labels, rule, 3, third), student(labels, rule, 1, first), student(labels, rule, 2, second));
    }

    private static StudentSummary find(List<StudentSummary> summaries, String labels, String rule) {
        return summaries.stream()
                .filter(s -> s.labels().equals(labels) && s.normalisation().equals(rule))
                .findFirst()
                .orElseThrow();
    }

    @Test
    public void seedsArePairedWithTheBaselinesByHand() {
        List<AblationResults.Trained> results = new ArrayList<>(three("none", "any", 0.20, 0.22, 0.24));
        results.addAll(three("vote", "kept", 0.23, 0.24, 0.28));
        results.addAll(three("oracle", "kept", 0.30, 0.30, 0.30));
        results.addAll(three("oracle", "valid", 0.32, 0.32, 0.32));
        List<StudentSummary> summaries = StudentSummary.of(results, "none", "oracle");
        assertEquals(
                summaries.stream().map(StudentSummary::labels).toList(), List.of("none", "vote", "oracle", "oracle"));
        StudentSummary vote = find(summaries, "vote", "kept");
        assertEquals(vote.meanIou().mean(), 0.25, 1e-12);
        // Differences 0.03, 0.02, 0.04: mean 0.03, deviation 0.01, t = 0.03·√3/0.01 = 5.196 at 2 degrees of freedom.
        // p = 1 − t/√(t² + 2) = 1 − 5.19615/√29
        assertEquals(vote.comparison().probability(), 1 - Math.sqrt(27) / Math.sqrt(29), 1e-9);
        // The better oracle counts: (0.25 − 0.22)/(0.32 − 0.22)
        assertEquals(vote.gap(), 0.3, 1e-9);
        // Deviations 0.02, 0.01 and 0.03 from the mean: √(0.0014/2)
        assertEquals(vote.meanIou().deviation(), Math.sqrt(0.0014 / 2), 1e-12);
        assertEquals(vote.iou().get("wall"), 0.25, 1e-12);
        assertNotNull(vote.spread(DepthMetrics.RMSE));
        StudentSummary none = find(summaries, "none", "any");
        assertNull(none.comparison());
        assertEquals(none.gap(), 0.0);
    }

    @Test
    public void nothingIsTestedThatCannotBe() {
        List<AblationResults.Trained> results = new ArrayList<>();
        results.add(student("none", "any", 1, 0.2));
        results.add(student("vote", "any", 1, 0.3));
        StudentSummary one = find(StudentSummary.of(results, "none", "oracle"), "vote", "any");
        assertTrue(Double.isNaN(one.comparison().probability()) && Double.isNaN(one.gap()));
        assertTrue(Double.isNaN(one.meanIou().deviation()));
        results.add(student("vote", "any", 2, 0.3));
        StudentSummary unpaired = find(StudentSummary.of(results, "none", "oracle"), "vote", "any");
        assertNull(unpaired.comparison());
        results.add(student("none", "any", 2, 0.2));
        StudentSummary constant = find(StudentSummary.of(results, "none", "oracle"), "vote", "any");
        assertTrue(Double.isNaN(constant.comparison().probability()));
    }

    @Test
    public void aStudentWithoutDepthHasNone() {
        StudentScores scores = new StudentScores(new TreeMap<>(Map.of("miou", 0.1)), Map.of(), 1);
        StudentSummary summary = StudentSummary.of(
                        List.of(new AblationResults.Trained(
                                new StudentResult("none", "any", 1, "f", scores), frames(0.1))),
                        "none",
                        "o")
                .get(0);
        assertNull(summary.spread(DepthMetrics.RMSE));
    }

    /** Three seeds are three seeds, whatever the frames, and all that is tested counts for the correction. */
    @Test
    public void comparisonsAreCorrectedForTheirNumberAndNameTheirSeeds() {
        List<AblationResults.Trained> results = new ArrayList<>(three("none", "any", 0.20, 0.22, 0.24));
        results.addAll(three("good", "kept", 0.23, 0.24, 0.28));
        results.addAll(three("alike", "kept", 0.21, 0.21, 0.25));
        results.addAll(three("alike", "valid", 0.20, 0.23, 0.24));
        List<StudentSummary> summaries = StudentSummary.of(results, "none", "oracle");
        double[] corrected = Holm.correct(summaries.stream()
                .skip(1)
                .mapToDouble(summary -> summary.comparison().probability())
                .toArray());
        for (int i = 0; i < 3; i++) {
            StudentSummary.Comparison comparison = summaries.get(i + 1).comparison();
            assertEquals(comparison.seeds(), 3);
            assertEquals(comparison.comparisons(), 3);
            assertEquals(comparison.corrected(), corrected[i]);
        }
        StudentSummary.Comparison good = summaries.get(1).comparison();
        assertEquals(good.corrected(), 3 * good.probability(), 1e-12);
        assertEquals(good.gain().scenes(), 10, "the interval is over the scenes of the test frames");
        assertTrue(
                good.gain().low() > 0.02 && good.gain().high() < 0.04,
                good.gain().toString());
    }
}
