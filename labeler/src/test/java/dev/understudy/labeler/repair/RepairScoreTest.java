package dev.understudy.labeler.repair;

import static org.testng.Assert.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.testng.annotations.Test;

public class RepairScoreTest {
    private static final RepairScore EXPERT = score("expert", 0.66, 0.195, 0.139);

    private static RepairScore score(String method, double right, double meanIou, double area) {
        return new RepairScore(method, right, meanIou, area, 0.2, List.of());
    }

    private static String best(RepairScore... methods) {
        RepairScore[] all = Arrays.copyOf(new RepairScore[] {EXPERT}, methods.length + 1);
        System.arraycopy(methods, 0, all, 1, methods.length);
        return RepairScore.best(List.of(all)).method();
    }

    @Test
    public void theHighestMeanIouWins() {
        assertEquals(best(score("low", 0.67, 0.21, 0.10), score("high", 0.67, 0.22, 0.13)), "high");
    }

    @Test
    public void amongThoseAlikeTheSurestWins() {
        RepairScore a = score("a", 0.67, 0.1974, 0.139);
        RepairScore b = score("b", 0.667, 0.1971, 0.124);
        assertEquals(best(a, b), "b");
        assertEquals(best(b, a), "b");
        assertEquals(best(a, b, score("c", 0.67, 0.2031, 0.139)), "c");
    }

    @Test
    public void whatLowersTheExpertsFiguresIsNotAdoptedHoweverSureItIs() {
        assertEquals(best(score("fewer right", 0.65, 0.25, 0.05), score("less", 0.67, 0.194, 0.05)), "expert");
        assertEquals(best(score("as much", 0.67, 0.195, 0.05)), "expert");
        assertEquals(best(score("fewer right", 0.65, 0.25, 0.05), score("a hair", 0.66, 0.1951, 0.2)), "a hair");
    }

    @Test
    public void theFirstOfEqualsWins() {
        assertEquals(best(score("a", 0.67, 0.20, 0.12), score("b", 0.67, 0.20, 0.12)), "a");
    }
}
