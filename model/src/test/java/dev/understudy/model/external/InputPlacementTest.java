package dev.understudy.model.external;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.files.DataException;
import dev.understudy.model.inference.FeatureMap.MapWindow;
import dev.understudy.model.inference.View;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Where pictures of 640×480 come to lie. */
public class InputPlacementTest {
    private static PictureInput input(String yaml) {
        return ConfigurationLoader.parse("test", yaml.replace("; ", "\n"), PictureInput.class, List.of());
    }

    @DataProvider
    public Object[][] placements() {
        return new Object[][] {
            {"size: 512x512; fit: pad", 1, new InputPlacement(512, 512, 0, 0, 512, 384)},
            {"size: 512x512; fit: stretch", 1, new InputPlacement(512, 512, 0, 0, 512, 512)},
            {"size: 512x512; fit: crop", 1, new InputPlacement(512, 512, -86, 0, 683, 512)},
            {"size: 512x128; fit: pad", 1, new InputPlacement(512, 128, 0, 0, 171, 128)},
            {"size: dynamic; fit: pad; multipleOf: 32", 1, new InputPlacement(640, 480, 0, 0, 640, 480)},
            {"size: dynamic; fit: pad; multipleOf: 50", 1, new InputPlacement(650, 500, 0, 0, 640, 480)},
            {"size: dynamic; fit: stretch; multipleOf: 50", 1, new InputPlacement(650, 500, 0, 0, 650, 500)},
            {"size: dynamic; fit: crop; multipleOf: 50", 1, new InputPlacement(600, 450, -20, -15, 640, 480)},
            {
                "size: dynamic; fit: stretch; multipleOf: 14; shortSide: 518",
                1,
                new InputPlacement(686, 518, 0, 0, 686, 518)
            },
            {"size: dynamic; fit: stretch; multipleOf: 32", 0.5, new InputPlacement(320, 256, 0, 0, 320, 256)},
            {"size: 224x224; fit: stretch; centre: 0.5", 1, new InputPlacement(224, 224, -112, -112, 448, 448)},
        };
    }

    @Test(dataProvider = "placements")
    public void picturesLieWhereTheCardSays(String card, double scale, InputPlacement expected) {
        assertEquals(InputPlacement.of(input(card), new View(scale, false), 640, 480), expected);
    }

    @Test
    public void aMapOfAnotherSizeShowsThePictureAtTheSamePlace() {
        MapWindow window = InputPlacement.of(input("size: 512x512; fit: pad"), View.PLAIN, 640, 480)
                .window(128, 64);
        assertEquals(window, new MapWindow(0, 0, 128, 48));
    }

    @Test
    public void everyPictureOfAnyShapeFits() {
        for (String fit : List.of("pad", "stretch", "crop")) {
            for (int[] size : new int[][] {{1, 1}, {1, 5000}, {5000, 1}, {3, 7}}) {
                InputPlacement placement =
                        InputPlacement.of(input("size: 65x33; fit: " + fit), View.PLAIN, size[0], size[1]);
                assertTrue(placement.pictureWidth() >= 1 && placement.pictureHeight() >= 1, placement.toString());
                placement.window(9, 5);
            }
        }
    }

    @Test
    public void moreThanANetworkIsShownIsRefused() {
        DataException e = expectThrows(
                DataException.class,
                () -> InputPlacement.of(input("size: dynamic; shortSide: 8192"), View.PLAIN, 8000, 100));
        assertTrue(e.getMessage().contains("8000×100"), e.getMessage());
    }

    @DataProvider
    public Object[][] mistakes() {
        return new Object[][] {
            {"size: 512", "'size' must be WIDTHxHEIGHT"},
            {"size: 0x5", "'size' must be WIDTHxHEIGHT"},
            {"size: 9000x9000", "at most 8192"},
            {"size: 512x512; multipleOf: 32", "'multipleOf' goes with 'size: dynamic'"},
            {"size: 5x5; mean: [1, 2]", "three values"},
            {"size: 5x5; deviation: [1, 0, 1]", "deviation.1"},
            {"size: 5x5; order: gbr", "did you mean"},
            {"size: 5x5; fitt: pad", "did you mean 'fit'"},
            {"size: 5x5; pad: 300", "'pad' must be from 0 to 255"},
        };
    }

    @Test(dataProvider = "mistakes")
    public void mistakesAreTold(String yaml, String expected) {
        ConfigurationException e = expectThrows(ConfigurationException.class, () -> input(yaml));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
    }
}
