package dev.understudy.scenes.signs;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.RealFrames;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.signs.DepthSigns;
import dev.understudy.dataset.signs.DepthSigns.DepthBits;
import dev.understudy.scenes.FrameRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class DepthSignsTest {
    private static final int FRAMES = 4;

    /** Kinds of scene, and units per metre. */
    @DataProvider
    public Object[][] scenes() {
        return new Object[][] {
            {SceneKind.ROOMS, 1000.0}, {SceneKind.ROOMS, 5000.0}, {SceneKind.ROOMS, 25.5}, {SceneKind.STREETS, 256.0}
        };
    }

    @Test(dataProvider = "scenes")
    public void soundDepthShowsNoSign(SceneKind kind, double scale) {
        assertEquals(signs(kind, scale, value -> value), List.of());
        assertEquals(noisy(kind, scale), List.of());
    }

    @Test(dataProvider = "scenes")
    public void swappedBytesAreRecognised(SceneKind kind, double scale) {
        List<String> lines = signs(kind, scale, DepthBits.SWAPPED::decode);
        assertEquals(lines.size(), 1, kind + " at " + scale + " " + lines);
        assertTrue(lines.get(0).endsWith("import with --depth-bits swapped"), lines.get(0));
    }

    /** As SUN RGB-D has it: millimetres of rooms. */
    @Test
    public void rotatedBitsAreRecognised() {
        List<String> lines = signs(SceneKind.ROOMS, 1000, value -> value << 3 & 0xFFFF | value >> 13);
        assertEquals(lines.size(), 1, lines.toString());
        assertTrue(lines.get(0).endsWith("import with --depth-bits rotated"), lines.get(0));
        for (int value = 0; value < 65536; value++) {
            assertEquals(DepthBits.ROTATED.decode(value << 3 & 0xFFFF | value >> 13), value);
            assertEquals(DepthBits.SWAPPED.decode(DepthBits.SWAPPED.decode(value)), value);
        }
    }

    /** Eighths of a millimetre are a unit as good as another. */
    @Test
    public void multiplesOfEightInAUnitThatFitsThemAreSound() {
        assertEquals(signs(SceneKind.ROOMS, 1000, 8000, value -> 8 * value & 0xFFFF), List.of());
    }

    @Test
    public void aValueThatStandsAloneIsRecognised() {
        for (int none : new int[] {65535, 65534, 50000}) {
            Random random = new Random(3);
            List<String> lines =
                    signs(SceneKind.ROOMS, 1000, value -> random.nextInt(50) == 0 || value > 20000 ? none : value);
            assertEquals(lines.size(), 1, lines.toString());
            assertTrue(lines.get(0).endsWith("import with --invalid " + none), lines.get(0));
        }
        assertEquals(new DepthSigns().lines(1000), List.of());
    }

    @Test
    public void realDepthIsAsItSeems() {
        for (String folder : List.of("redkitchen/frame-000056.depth.png", "nyud/depth_gt_000464.png")) {
            DepthSigns signs = new DepthSigns();
            DepthMap sound = DepthFiles.read(RealFrames.path(folder), 1);
            for (int i = 0; i < sound.metres().length; i++) {
                sound.metres()[i] = sound.metres()[i] == 65535 ? 0 : sound.metres()[i];
            }
            signs.add(sound);
            assertEquals(signs.lines(folder.startsWith("nyud") ? 5000 : 1000), List.of());
            DepthSigns swapped = new DepthSigns();
            swapped.add(coded(sound, DepthBits.SWAPPED::decode));
            assertEquals(swapped.lines(1000).size(), 1, folder);
        }
    }

    private static List<String> signs(SceneKind kind, double scale, IntUnaryOperator coding) {
        return signs(kind, scale, scale, coding);
    }

    private static List<String> signs(SceneKind kind, double stored, double read, IntUnaryOperator coding) {
        DepthSigns signs = new DepthSigns();
        for (int i = 0; i < FRAMES; i++) {
            signs.add(coded(units(kind, stored, i), coding));
        }
        return signs.lines(read);
    }

    /** As a sensor measures: by a hundredth off here and there, and with holes. */
    private static List<String> noisy(SceneKind kind, double scale) {
        Random random = new Random(11);
        DepthSigns signs = new DepthSigns();
        for (int i = 0; i < FRAMES; i++) {
            signs.add(coded(
                    units(kind, scale, i),
                    value -> random.nextInt(10) == 0 ? 0 : (int) (value * (1 + 0.005 * random.nextGaussian()))));
        }
        return signs.lines(scale);
    }

    private static DepthMap units(SceneKind kind, double scale, int index) {
        Frame frame = new FrameRenderer(RenderOptions.of(kind, 96, 72, 7)).render(index * 3);
        DepthMap depth = Objects.requireNonNull(frame.depth());
        float[] values = new float[depth.metres().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.min(65000, Math.round(depth.metres()[i] * scale));
        }
        return new DepthMap(depth.width(), depth.height(), values);
    }

    private static DepthMap coded(DepthMap depth, IntUnaryOperator coding) {
        float[] values = new float[depth.metres().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = coding.applyAsInt((int) depth.metres()[i]);
        }
        return new DepthMap(depth.width(), depth.height(), values);
    }
}
