package dev.understudy.pipeline.ablate;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.evaluation.RiskCoverage;
import dev.understudy.pipeline.ablate.PolicyChoice.AreaGain;
import dev.understudy.pipeline.ablate.PolicySelection.SceneRankings;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.testng.annotations.Test;

public class SceneRankingsTest {
    private static final int SCENES = 60;

    /** @param sees how well confidence tells right from wrong, 0–1 */
    private static Map<String, RiskCoverage> rankings(double sees, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, RiskCoverage> rankings = new TreeMap<>();
        for (int scene = 0; scene < SCENES; scene++) {
            RiskCoverage ranking = new RiskCoverage();
            for (int pixel = 0; pixel < 200; pixel++) {
                boolean right = random.nextDouble() < 0.7;
                double confidence = sees * (right ? 0.9 : 0.1) + (1 - sees) * random.nextDouble();
                ranking.add(1, confidence, right);
            }
            rankings.put("scene " + scene, ranking);
        }
        return rankings;
    }

    @Test
    public void aBetterRankingGainsBeyondNoise() {
        AreaGain gain = SceneRankings.difference(rankings(0, 1), rankings(0.5, 1), 5);
        assertTrue(gain.low() > 0 && gain.low() < gain.gain() && gain.gain() < gain.high(), gain.toString());
        assertTrue(SceneRankings.difference(rankings(0.5, 1), rankings(0, 1), 5).high() < 0);
    }

    @Test
    public void anotherDrawOfTheSameGainsNothing() {
        for (long seed = 1; seed <= 10; seed++) {
            AreaGain gain = SceneRankings.difference(rankings(0.3, seed), rankings(0.3, seed + 100), 20);
            assertTrue(gain.low() < 0 && gain.high() > 0, "seed " + seed + ": " + gain);
        }
    }

    @Test
    public void theSameGainsNothingAtAll() {
        Map<String, RiskCoverage> one = rankings(0.3, 1);
        assertEquals(SceneRankings.difference(one, one, 3), new AreaGain(0, 0, 0));
    }

    @Test
    public void moreComparisonsAskForMore() {
        AreaGain one = SceneRankings.difference(rankings(0, 1), rankings(0.1, 2), 1);
        AreaGain many = SceneRankings.difference(rankings(0, 1), rankings(0.1, 2), 20);
        assertTrue(many.low() < one.low() && many.high() > one.high(), one + " " + many);
    }
}
