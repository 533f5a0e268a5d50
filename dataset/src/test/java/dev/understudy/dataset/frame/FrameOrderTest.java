package dev.understudy.dataset.frame;

import static org.testng.Assert.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.testng.annotations.Test;

public class FrameOrderTest {
    @Test
    public void numbersInIdsCountAsNumbers() {
        List<String> sorted = List.of(
                "kitchen/2",
                "kitchen/10",
                "kitchen/010",
                "kitchen/1305031102.175304",
                "kitchen/1305031102.211214",
                "z");
        List<String> shuffled = new ArrayList<>(sorted);
        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(shuffled, new Random(seed));
            shuffled.sort(FrameOrder::compare);
            assertEquals(
                    shuffled,
                    List.of(
                            "kitchen/2",
                            "kitchen/010",
                            "kitchen/10",
                            "kitchen/1305031102.175304",
                            "kitchen/1305031102.211214",
                            "z"),
                    "seed " + seed);
        }
    }
}
