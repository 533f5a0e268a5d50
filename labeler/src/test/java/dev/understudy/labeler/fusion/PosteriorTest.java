package dev.understudy.labeler.fusion;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class PosteriorTest {
    private static final long SEED = 20;
    private static final int WHOLE = PosteriorMap.WHOLE;

    @DataProvider
    public Object[][] sizes() {
        return new Object[][] {{40, 3}, {40, 5}, {6, 5}, {40, 9}, {150, 1}, {2, 2}};
    }

    /** Against what is plainly meant: add up, sort, and take the entropy, whatever was settled or stored before. */
    @Test(dataProvider = "sizes")
    public void whatIsStoredIsWhatWasAdded(int numberOfClasses, int topK) {
        Random random = new Random(SEED);
        Posterior posterior = new Posterior(numberOfClasses);
        Posterior.Common common = new Posterior.Common();
        for (int cell = 0; cell < 60; cell++) {
            Map<Integer, Integer> settled = shares(random, numberOfClasses, random.nextInt(numberOfClasses), 0.9);
            common.clear();
            settled.forEach(common::name);
            List<Map<Integer, Integer>> owns = new ArrayList<>();
            for (int pixel = 0; pixel < 10; pixel++) {
                // Of three pixels two name the classes of the one before, with other shares
                boolean again = pixel % 3 > 0;
                Map<Integer, Integer> all = new TreeMap<>(settled);
                int[] shareOf = new int[256];
                // Two experts may name the same class, and padding names classes with nothing
                SegmentationEvidence[] said = new SegmentationEvidence[2];
                for (int expert = 0; expert < said.length; expert++) {
                    if (again) {
                        owns.get(expert).replaceAll((index, share) -> random.nextInt(WHOLE / 20 / topK));
                    } else {
                        owns.add(expert, shares(random, numberOfClasses, Math.min(topK, numberOfClasses), 0.05));
                    }
                    Map<Integer, Integer> own = owns.get(expert);
                    said[expert] = evidence(own, 100 * expert, shareOf);
                    own.forEach((index, share) -> all.merge(index, share, Integer::sum));
                }
                SegmentationEvidence stored = new SegmentationEvidence(
                        topK, new byte[topK], new byte[topK], new byte[1], new byte[1], new byte[1]);
                posterior.store(common, said, shareOf, 0, stored, 1);
                check(stored, all, numberOfClasses);
            }
        }
    }

    /** A file may give forty classes a third each, or all it has. */
    @Test
    public void sharesOfMoreThanTheWholeHaveTheHighestEntropy() {
        for (int share : new int[] {WHOLE * 94 / 255, WHOLE / 2, WHOLE / 8}) {
            Map<Integer, Integer> all = new TreeMap<>();
            for (int index = 0; index < 40; index++) {
                all.put(index, share);
            }
            int[] shareOf = new int[256];
            SegmentationEvidence[] said = {evidence(all, 0, shareOf)};
            Posterior.Common common = new Posterior.Common();
            common.clear();
            SegmentationEvidence stored = empty(40, 1);
            new Posterior(40).store(common, said, shareOf, 0, stored, 1);
            check(stored, all, 40);
            assertEquals(stored.entropy()[0] & 0xFF, 255);
        }
    }

    /** Many pixels at once are stored as one after the other. */
    @Test(dataProvider = "sizes")
    public void aRowIsItsPixels(int numberOfClasses, int topK) {
        int width = 61;
        int few = Math.min(topK, Posterior.FEW);
        Random random = new Random(SEED);
        Posterior posterior = new Posterior(numberOfClasses);
        PosteriorRow row = new PosteriorRow(posterior, width, few);
        int[] shareOf = random.ints(256, 0, WHOLE / 20 / few).toArray();
        shareOf[0] = 0;
        Posterior.Common[] cells = new Posterior.Common[7];
        for (int cell = 0; cell < cells.length; cell++) {
            cells[cell] = new Posterior.Common();
        }
        for (int round = 0; round < 20; round++) {
            for (Posterior.Common cell : cells) {
                cell.clear();
                shares(random, numberOfClasses, random.nextInt(numberOfClasses), 0.9)
                        .forEach(cell::name);
            }
            SegmentationEvidence[] said = {named(random, numberOfClasses, few, width)};
            SegmentationEvidence expected = empty(few, width);
            SegmentationEvidence stored = empty(few, width);
            for (int pixel = 0; pixel < width; pixel++) {
                Posterior.Common cell = cells[random.nextInt(cells.length)];
                posterior.store(cell, said, shareOf, pixel, expected, width);
                Naming naming = posterior.naming(cell, row.name(said[0].classes(), pixel), said, pixel, width);
                assertTrue(naming.isPlain());
                row.add(pixel, cell, naming);
            }
            row.store(said[0].probability(), shareOf, stored);
            row.clear();
            String seed = "seed " + SEED + ", round " + round;
            assertEquals(stored.classes(), expected.classes(), seed);
            assertEquals(stored.probability(), expected.probability(), seed);
            assertEquals(stored.entropy(), expected.entropy(), seed);
        }
    }

    private static SegmentationEvidence empty(int topK, int pixels) {
        return new SegmentationEvidence(
                topK,
                new byte[topK * pixels],
                new byte[topK * pixels],
                new byte[pixels],
                new byte[pixels],
                new byte[0]);
    }

    /** Other classes at every pixel, of a few that are named again and again. */
    private static SegmentationEvidence named(Random random, int numberOfClasses, int topK, int pixels) {
        SegmentationEvidence made = empty(topK, pixels);
        random.nextBytes(made.probability());
        for (int pixel = 0; pixel < pixels; pixel++) {
            int first = random.nextInt(numberOfClasses);
            for (int k = 0; k < topK; k++) {
                made.classes()[k * pixels + pixel] = (byte) ((first + k) % numberOfClasses);
            }
        }
        return made;
    }

    /** Of one pixel. @param shareOf takes by level, from {@code first}, the share of a class */
    private static SegmentationEvidence evidence(Map<Integer, Integer> shares, int first, int[] shareOf) {
        byte[] classes = new byte[shares.size()];
        byte[] levels = new byte[shares.size()];
        int k = 0;
        for (Map.Entry<Integer, Integer> one : shares.entrySet()) {
            classes[k] = (byte) (int) one.getKey();
            levels[k] = (byte) (first + k);
            shareOf[first + k++] = one.getValue();
        }
        return new SegmentationEvidence(Math.max(1, k), classes, levels, new byte[1], new byte[1]);
    }

    private static Map<Integer, Integer> shares(Random random, int numberOfClasses, int count, double whole) {
        Map<Integer, Integer> shares = new TreeMap<>();
        int rest = (int) (whole * WHOLE);
        for (int i = 0; i < count; i++) {
            int share = random.nextInt(3) == 0 ? 0 : random.nextInt(1 + rest / 2);
            if (shares.putIfAbsent(random.nextInt(numberOfClasses), share) == null) {
                rest -= share;
            }
        }
        return shares;
    }

    private static void check(SegmentationEvidence stored, Map<Integer, Integer> shares, int numberOfClasses) {
        String seed = "seed " + SEED + ": " + shares;
        List<Integer> order = new ArrayList<>(shares.keySet());
        order.sort(Comparator.comparing((Integer index) -> -shares.get(index)));
        for (int index = 0; order.size() < stored.topK(); index++) {
            if (!shares.containsKey(index)) {
                order.add(index);
            }
        }
        for (int k = 0; k < stored.topK(); k++) {
            int share = shares.getOrDefault(order.get(k), 0);
            assertEquals(stored.classes()[k] & 0xFF, (int) order.get(k), seed);
            assertEquals(stored.probability()[k] & 0xFF, Math.min(255, (share * 255 + WHOLE / 2) / WHOLE), seed);
        }
        double entropy = 0;
        int rest = WHOLE;
        for (int share : shares.values()) {
            entropy += part(share);
            rest -= share;
        }
        int others = numberOfClasses - shares.size();
        if (rest > 0 && others > 0) {
            entropy += part(rest) + (double) rest / WHOLE * Math.log(others);
        }
        double level = 255 * Math.min(1, entropy / Math.log(numberOfClasses));
        assertEquals(stored.entropy()[0] & 0xFF, level, 0.5 + 1e-6, seed);
    }

    /** −p·ln p, of p in steps of 1/4096. */
    private static double part(int share) {
        double p = Math.min(WHOLE, share) / 16 / 4096.0;
        return p == 0 ? 0 : -p * Math.log(p);
    }
}
