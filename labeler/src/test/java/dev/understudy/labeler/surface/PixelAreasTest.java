package dev.understudy.labeler.surface;

import static org.testng.Assert.assertEquals;

import dev.understudy.labeler.surface.Barriers.Smoothing;
import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Areas and distances against the slow way, on small random pictures. */
public class PixelAreasTest {
    @DataProvider
    public Object[][] pictures() {
        return new Object[][] {{1L, 17, 11}, {2L, 1, 9}, {3L, 9, 1}, {4L, 1, 1}, {5L, 30, 30}};
    }

    @Test(dataProvider = "pictures")
    public void areasAreConnectedPixelsOfOneClass(long seed, int width, int height) {
        Random random = new Random(seed);
        byte[] classes = new byte[width * height];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = (byte) random.nextInt(2);
        }
        Regions areas = Regions.ofLabels(width, height, classes);
        int[] expected = flooded(width, height, classes);
        assertEquals(areas.region(), expected, "seed " + seed);
        int[] size = new int[areas.count()];
        for (int area : expected) {
            size[area]++;
        }
        assertEquals(areas.size(), size, "seed " + seed);
    }

    /** Lets the smallest number spread until nothing changes, then counts from 0 in order of first pixels. */
    private static int[] flooded(int width, int height, byte[] classes) {
        int[] area = new int[classes.length];
        java.util.Arrays.setAll(area, i -> i);
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = 0; i < area.length; i++) {
                for (int j = 0; j < area.length; j++) {
                    boolean neighbours = Math.abs(i % width - j % width) + Math.abs(i / width - j / width) == 1;
                    if (neighbours && classes[i] == classes[j] && area[j] < area[i]) {
                        area[i] = area[j];
                        changed = true;
                    }
                }
            }
        }
        int[] first = java.util.Arrays.stream(area).distinct().sorted().toArray();
        return java.util.Arrays.stream(area)
                .map(number -> java.util.Arrays.binarySearch(first, number))
                .toArray();
    }

    @Test(dataProvider = "pictures")
    public void nearIsWithinAChessboardDistance(long seed, int width, int height) {
        Random random = new Random(seed);
        boolean[] seeds = new boolean[width * height];
        for (int i = 0; i < seeds.length; i++) {
            seeds[i] = random.nextInt(20) == 0;
        }
        for (int reach = -1; reach <= 4; reach++) {
            boolean[] expected = new boolean[seeds.length];
            for (int i = 0; i < seeds.length; i++) {
                for (int j = 0; j < seeds.length; j++) {
                    int distance = Math.max(Math.abs(i % width - j % width), Math.abs(i / width - j / width));
                    expected[i] |= seeds[j] && distance <= reach;
                }
            }
            assertEquals(Distance.within(seeds, width, height, reach), expected, "seed " + seed + ", reach " + reach);
        }
    }

    @Test
    public void aNinthIsADivision() {
        for (int sum = 0; sum <= 9 * 255 + 4; sum++) {
            assertEquals(sum * Smoothing.NINTH >> 16, sum / 9, "of " + sum);
        }
    }
}
