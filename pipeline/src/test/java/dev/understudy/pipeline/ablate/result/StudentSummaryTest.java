package dev.understudy.pipeline.ablate.result;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotNull;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

public class StudentSummaryTest {
    private static StudentResult student(String labels, String rule, long seed, double meanIou) {
        return new StudentResult(
                labels, rule, seed, "f", new StudentScores(meanIou, 0.5, Map.of("wall", meanIou), 1.0, null, 9));
    }

    private static List<StudentResult> three(String labels, String rule, double first, double second, double third) {
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
        List<StudentResult> results = new ArrayList<>(three("none", "any", 0.20, 0.22, 0.24));
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
        assertEquals(vote.probability(), 1 - Math.sqrt(27) / Math.sqrt(29), 1e-9);
        // The better oracle counts: (0.25 − 0.22)/(0.32 − 0.22)
        assertEquals(vote.gap(), 0.3, 1e-9);
        // Deviations 0.02, 0.01 and 0.03 from the mean: √(0.0014/2)
        assertEquals(vote.meanIou().deviation(), Math.sqrt(0.0014 / 2), 1e-12);
        assertEquals(vote.iou().get("wall"), 0.25, 1e-12);
        assertNotNull(vote.depthRmse());
        StudentSummary none = find(summaries, "none", "any");
        assertTrue(Double.isNaN(none.probability()));
        assertEquals(none.gap(), 0.0);
    }

    @Test
    public void nothingIsTestedThatCannotBe() {
        List<StudentResult> results = new ArrayList<>();
        results.add(student("none", "any", 1, 0.2));
        results.add(student("vote", "any", 1, 0.3));
        StudentSummary one = find(StudentSummary.of(results, "none", "oracle"), "vote", "any");
        assertTrue(Double.isNaN(one.probability()) && Double.isNaN(one.gap()));
        assertTrue(Double.isNaN(one.meanIou().deviation()));
        results.add(student("vote", "any", 2, 0.3));
        StudentSummary unpaired = find(StudentSummary.of(results, "none", "oracle"), "vote", "any");
        assertTrue(Double.isNaN(unpaired.probability()));
        results.add(student("none", "any", 2, 0.2));
        StudentSummary constant = find(StudentSummary.of(results, "none", "oracle"), "vote", "any");
        assertTrue(Double.isNaN(constant.probability()));
    }

    @Test
    public void aStudentWithoutDepthHasNone() {
        StudentScores scores = new StudentScores(0.1, 0.2, Map.of(), null, null, 1);
        StudentSummary summary = StudentSummary.of(
                        List.of(new StudentResult("none", "any", 1, "f", scores)), "none", "o")
                .get(0);
        assertNull(summary.depthRmse());
    }
}
