package dev.understudy.cli.retrain.measure;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.files.Scratch;
import dev.understudy.retrain.gate.MeasuredModel;
import dev.understudy.retrain.gate.MeasuredSet;
import dev.understudy.retrain.measure.JudgedSets;
import dev.understudy.retrain.registry.Registry;
import dev.understudy.retrain.registry.SomeVersions;
import java.util.List;
import org.testng.annotations.Test;

public class JudgedSetsTest {
    private static MeasuredModel measured(String version, String digest) {
        return new MeasuredModel(
                version, List.of(new MeasuredSet("test", digest, List.of(), List.of())), null, 1, null);
    }

    @Test
    public void aSetIsUsedUpByChallengersAndNotByBeingAskedTwice() throws Exception {
        try (Scratch scratch = Scratch.create()) {
            Registry registry = SomeVersions.registry(scratch.path(), 3);
            JudgedSets sets = new JudgedSets(registry);
            // The versions of the registry were judged before anybody counted.
            assertEquals(sets.judged(measured("v0003", "ab12"), 3), List.of());
            assertEquals(sets.judged(measured("v0003", "ab12"), 3), List.of(), "done again");
            assertEquals(registry.prune(1, false), List.of("v0001", "v0002"));
            List<String> told = new JudgedSets(registry).judged(measured("v0004", "ab12"), 3);
            assertEquals(told.size(), 1, "pruned versions still count");
            assertTrue(told.get(0).startsWith("set test has judged 4 challengers, more than the 3 of"), told.get(0));
            assertTrue(told.get(0).contains("--accept-changed-sets"), told.get(0));
            assertEquals(sets.judged(measured("v0005", "other frames"), 3), List.of());
            assertEquals(registry.verify(), List.of());
        }
    }
}
