package dev.understudy.trainer.data;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertSame;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.trainer.Squares;
import dev.understudy.trainer.Walk;
import dev.understudy.trainer.data.AugmentationConfiguration.ScaledDepth;
import dev.understudy.trainer.data.BatchLoader.LoaderConfiguration;
import dev.understudy.trainer.data.BatchLoader.TrainingSource;
import dev.understudy.trainer.data.BatchLoader.UnreadableFrames;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Frames that lie beside their partner in a batch. */
public class PairsTest {
    private static final CropSize CROP = new CropSize(40, 30);
    private static final Walk WALK = new Walk(7, 48, 36);

    private static AugmentationConfiguration varied(ScaledDepth depth) {
        return AugmentationConfigurationBuilder.builder()
                .mirror(true)
                .minScale(0.9)
                .maxScale(1.6)
                .scaledDepth(depth)
                .brightness(0)
                .contrast(0)
                .saturation(0)
                .build();
    }

    private static BatchLoader loader(int batch, AugmentationConfiguration how, TrainingSet... sets) {
        List<TrainingSource> sources = new ArrayList<>();
        for (int i = 0; i < sets.length; i++) {
            sources.add(new TrainingSource("s" + i, sets[i], 1.0 / sets.length, ClassSlice.all(3)));
        }
        return new BatchLoader(sources, batch, CROP, how, new LoaderConfiguration(2, 2, 1, 1), 3);
    }

    @DataProvider
    public Object[][] scaledDepths() {
        return new Object[][] {{ScaledDepth.DIVIDE}, {ScaledDepth.KEEP}};
    }

    /**
     * The wall's colour says where each pixel looks: it must be the same at both ends, through crop, scale and mirror.
     */
    @Test(dataProvider = "scaledDepths")
    public void aPixelAndItsPlaceInThePartnerShowTheSameSurface(ScaledDepth scaledDepth) {
        int seen = 0;
        int mirrored = 0;
        for (Batch batch : BatchLoaderTest.take(loader(4, varied(scaledDepth), WALK), 12)) {
            PairMap pairs = batch.pairs();
            mirrored += batch.rgbNhwc()[3 * 5] > batch.rgbNhwc()[3 * 35] ? 1 : 0;
            for (int pair = 0; pairs != null && pair < pairs.pairs(); pair++) {
                for (int pixel = 0; pixel < batch.area(); pixel++) {
                    if (pairs.isSeen(pair, pixel)) {
                        check(batch, pair, pixel);
                        seen++;
                    }
                }
            }
        }
        assertTrue(seen > 12 * 1000, "pixels seen in both: " + seen);
        assertTrue(mirrored > 0 && mirrored < 12, "mirrored: " + mirrored);
    }

    private static void check(Batch batch, int pair, int pixel) {
        PairMap pairs = batch.pairs();
        int first = 2 * pair * batch.area() + pixel;
        int second = (2 * pair + 1) * batch.area()
                + Math.round(pairs.row(pair, pixel)) * batch.width()
                + Math.round(pairs.column(pair, pixel));
        String where = batch.ids() + " pair " + pair + " pixel " + pixel;
        // A pixel is 7 cm wide here, which is 2 of 255, and both ends are rounded to one; normalised, 255 are 4.4. The
        // wall recedes by
        // up to 0.4 m a metre sideways.
        for (int c = 0; c < 2; c++) {
            assertEquals(batch.rgbNhwc()[3 * second + c], batch.rgbNhwc()[3 * first + c], 0.12f, where);
        }
        assertEquals(pairs.recession(pair, pixel), batch.depthNhw()[second] - batch.depthNhw()[first], 0.06f, where);
    }

    @Test
    public void aFrameIsFollowedByItsPartnerAndWhatHasNoneStandsAlone() {
        TreeMap<String, Integer> led = new TreeMap<>();
        int alone = 0;
        for (Batch batch : BatchLoaderTest.take(loader(5, AugmentationConfiguration.NONE, WALK), 21)) {
            for (int i = 0; i < batch.images(); i++) {
                String id = batch.ids().get(i);
                boolean leads = i % 2 == 0 && i + 1 < batch.images() && !id.equals("walk/6");
                if (leads) {
                    int next = Integer.parseInt(id.substring(5)) + 1;
                    assertEquals(batch.ids().get(i + 1), "walk/" + next);
                    assertTrue(
                            batch.pairs().isSeen(i / 2, 15 * 40 + 20),
                            batch.ids().toString());
                    led.merge(id, 1, Integer::sum);
                    i++;
                } else {
                    alone++;
                    led.merge(id, 1, Integer::sum);
                }
            }
        }
        assertTrue(alone > 21, "the last of every five stands alone, and walk/6 wherever it is: " + alone);
        int turns = led.values().stream().mapToInt(n -> n).sum();
        led.forEach((id, count) ->
                assertTrue(count == turns / 7 || count == turns / 7 + 1, "every frame has its turn: " + led));
    }

    @Test
    public void sharesHoldForPlacesOfPartnersToo() {
        int walk = 0;
        for (Batch batch : BatchLoaderTest.take(
                loader(4, AugmentationConfiguration.NONE, WALK, new Squares(9, "real", true)), 20)) {
            walk += (int)
                    batch.ids().stream().filter(id -> id.startsWith("walk")).count();
        }
        assertTrue(walk >= 39 && walk <= 41, "of 80 places at a share of a half: " + walk);
    }

    /** The order of draws as it always was. */
    @Test
    public void withoutPartnersNothingChanges() {
        int[] sizes = {5, 9};
        double[] shares = {0.3, 0.7};
        MixedSampler sampler = new MixedSampler(sizes, shares, 6, (source, frame) -> -1, 11);
        MixedSampler alone0 = new MixedSampler(new int[] {5}, new double[] {1}, 1, (source, frame) -> -1, 11);
        List<Integer> order = new ArrayList<>();
        long[] taken = new long[2];
        long ordinal = 0;
        for (int batch = 0; batch < 10; batch++) {
            List<MixedSampler.Draw> draws = sampler.next();
            assertEquals(draws.size(), 6);
            for (MixedSampler.Draw draw : draws) {
                double first = shares[0] * (ordinal + 1) - taken[0];
                double second = shares[1] * (ordinal + 1) - taken[1];
                assertEquals(draw.source(), second > first ? 1 : 0);
                assertEquals(draw.ordinal(), ordinal);
                assertEquals(draw.variation(), ordinal);
                assertTrue(!draw.follows());
                if (draw.source() == 0) {
                    order.add(draw.index());
                }
                taken[draw.source()]++;
                ordinal++;
            }
        }
        for (int index : order) {
            assertEquals(alone0.next().get(0).index(), index, "the first source goes its own way through its frames");
        }
        for (Batch batch :
                BatchLoaderTest.take(loader(4, varied(ScaledDepth.DIVIDE), new Squares(5, "real", true)), 3)) {
            assertNull(batch.pairs());
        }
    }

    @Test
    public void threadsAndSkippingChangeNothing() {
        List<Batch> all = BatchLoaderTest.take(loader(4, varied(ScaledDepth.DIVIDE), WALK), 6);
        BatchLoader late = loader(4, varied(ScaledDepth.DIVIDE), WALK);
        late.skip(4);
        List<Batch> resumed = BatchLoaderTest.take(late, 2);
        for (int i = 0; i < 2; i++) {
            assertEquals(resumed.get(i).ids(), all.get(4 + i).ids());
            assertEquals(resumed.get(i).rgbNhwc(), all.get(4 + i).rgbNhwc());
            assertEquals(resumed.get(i).pairs().places(), all.get(4 + i).pairs().places());
        }
    }

    @Test
    public void partsKeepPairsTogether() {
        Batch batch = BatchLoaderTest.take(loader(4, AugmentationConfiguration.NONE, new Walk(40, 48, 36)), 1)
                .get(0);
        assertSame(batch.part(0, 4), batch);
        Batch second = batch.part(2, 4);
        assertEquals(second.pairs().pairs(), 1);
        for (int pixel = 0; pixel < batch.area(); pixel++) {
            assertEquals(second.pairs().column(0, pixel), batch.pairs().column(1, pixel));
        }
        assertEquals(
                batch.part(0, 2).pairs().seen() + second.pairs().seen(),
                batch.pairs().seen());
        expectThrows(IllegalArgumentException.class, () -> batch.part(0, 1));
        expectThrows(IllegalArgumentException.class, () -> batch.part(1, 3));
    }

    /** A stand-in for what cannot be read is of another scene, perhaps: nothing of it is compared. */
    @Test
    public void framesOfOtherScenesAreNotCompared() {
        TrainingSet mixed = new TrainingSet.Wrapper() {
            @Override
            public TrainingSet frames() {
                return WALK;
            }

            @Override
            public TrainingFrame get(int index) {
                TrainingFrame frame = WALK.get(index);
                TrainingFrame.SceneView view = frame.view();
                return frame.withView(new TrainingFrame.SceneView("scene " + index, view.camera(), view.depth()));
            }
        };
        Batch batch = BatchLoaderTest.take(loader(2, AugmentationConfiguration.NONE, mixed), 1)
                .get(0);
        assertEquals(batch.pairs() == null ? 0 : batch.pairs().seen(), 0);
    }

    @Test
    public void theCacheAndTheCountOfWhatCannotBeReadPassPartnersOn() {
        assertEquals(new FrameCache(1 << 20).over(WALK).partner(2), 3);
        TrainingSet safe = new UnreadableFrames(1).skipping("s", WALK);
        assertEquals(safe.partner(2), 3);
        assertEquals(safe.partner(6), -1);
        TrainingSet broken = new TrainingSet.Wrapper() {
            @Override
            public TrainingSet frames() {
                return WALK;
            }

            @Override
            public TrainingFrame get(int index) {
                if (index == 3) {
                    throw new DataException("frame 3: truncated");
                }
                return WALK.get(index);
            }
        };
        for (Batch batch : BatchLoaderTest.take(loader(4, AugmentationConfiguration.NONE, broken), 8)) {
            assertTrue(!batch.ids().contains("walk/3"), batch.ids().toString());
        }
    }

    @Test
    public void aFrameWithoutAViewIsTaughtAsBefore() {
        TrainingSet blind = new TrainingSet.Wrapper() {
            @Override
            public TrainingSet frames() {
                return WALK;
            }

            @Override
            public TrainingFrame get(int index) {
                TrainingFrame frame = WALK.get(index);
                return TrainingFrameBuilder.builder()
                        .id(frame.id())
                        .rgb(new RgbImage(48, 36, frame.rgb().rgb()))
                        .segmentation(frame.segmentation())
                        .build();
            }
        };
        for (Batch batch : BatchLoaderTest.take(loader(2, AugmentationConfiguration.NONE, blind), 3)) {
            assertEquals(batch.pairs() == null ? 0 : batch.pairs().seen(), 0);
        }
    }
}
