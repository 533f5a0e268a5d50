package dev.understudy.dataset.signs;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.image.ClassSpace;
import java.util.List;
import org.testng.annotations.Test;

public class LabelSignsTest {
    private static final ClassSpace KITTI6 = ClassSpace.load("kitti6");

    @Test
    public void masksOfTwoValuesAreTold() {
        for (int only : new int[] {0, 1, 3}) {
            LabelSigns signs = new LabelSigns(KITTI6);
            signs.add("train", counts(only, 90, 255, 10));
            assertEquals(signs.warnings().size(), 1);
            String map = "--label-map " + only + "=" + only + ",255=" + (only == 1 ? 0 : 1);
            assertTrue(signs.warnings().get(0).endsWith(map), signs.warnings().get(0));
        }
    }

    @Test
    public void muchThatIsIgnoredIsTold() {
        LabelSigns signs = new LabelSigns(KITTI6);
        signs.add("train", counts(0, 40, 1, 35, 255, 25));
        assertTrue(
                signs.warnings().get(0).contains("25.0 % of the pixels are 255"),
                signs.warnings().toString());
        LabelSigns little = new LabelSigns(KITTI6);
        little.add("train", counts(0, 40, 1, 50, 255, 10));
        assertEquals(little.warnings(), List.of());
    }

    @Test
    public void classesThatNeverOccurAreNamed() {
        LabelSigns signs = new LabelSigns(KITTI6);
        signs.add("train", counts(0, 1, 1, 1, 2, 1));
        signs.add("test", counts(0, 1, 3, 1, 4, 1));
        assertEquals(
                signs.notes(),
                List.of(
                        "labels of kitti6: 1 of 6 classes never occur: vehicle",
                        "labels of kitti6: 2 of 6 classes occur in other splits, but never in train: "
                                + KITTI6.className(3) + ", " + KITTI6.className(4)));
        assertEquals(new LabelSigns(KITTI6).notes(), List.of(), "of no labels there is nothing to tell");
    }

    private static long[] counts(int... valuesAndPixels) {
        long[] counts = new long[256];
        for (int i = 0; i < valuesAndPixels.length; i += 2) {
            counts[valuesAndPixels[i]] = valuesAndPixels[i + 1];
        }
        return counts;
    }
}
