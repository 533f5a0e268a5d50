package dev.understudy.trainer.loss;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.data.BatchBuilder;
import dev.understudy.trainer.data.PairMap;
import dev.understudy.trainer.loss.JointLoss.LossTerm;
import dev.understudy.trainer.loss.JointLoss.OutputMap;
import dev.understudy.trainer.loss.LossConfiguration.GradientMatching;
import dev.understudy.trainer.loss.PairLoss.Agreement;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class PairLossTest {
    private static final Workers ONE = new Workers(1);
    private static final int HEIGHT = 7;
    private static final int WIDTH = 9;
    private static final int IMAGES = 4;
    private static final int CHANNELS = 6;
    private static final int GRID_HEIGHT = 2;
    private static final int GRID_WIDTH = 3;

    @DataProvider
    public Object[][] losses() {
        return new Object[][] {{new Agreement(), CHANNELS}, {new GradientMatching(), 1}};
    }

    /** Places anywhere in the partner, a quarter of them not seen. */
    private static Batch batch(long seed) {
        Random random = new Random(seed);
        float[] places = new float[3 * IMAGES / 2 * HEIGHT * WIDTH];
        for (int i = 0; i < places.length; i += 3) {
            boolean seen = random.nextInt(4) != 0;
            places[i] = seen ? random.nextFloat() * (WIDTH - 1) : Float.NaN;
            places[i + 1] = seen ? random.nextFloat() * (HEIGHT - 1) : Float.NaN;
            places[i + 2] = seen ? (float) random.nextGaussian() : Float.NaN;
        }
        return batch(places);
    }

    private static Batch batch(float[] places) {
        int pixels = IMAGES * HEIGHT * WIDTH;
        byte[] classes = new byte[pixels];
        Arrays.fill(classes, (byte) 255);
        List<ClassSlice> slices = List.of(
                new ClassSlice(0, CHANNELS), new ClassSlice(0, CHANNELS), new ClassSlice(2, 5), new ClassSlice(2, 5));
        return BatchBuilder.builder()
                .height(HEIGHT)
                .width(WIDTH)
                .ids(List.of("a", "b", "c", "d"))
                .slices(slices)
                .rgbNhwc(new float[3 * pixels])
                .classesNhw(classes)
                .depthNhw(new float[pixels])
                .normalsNhwc(new float[3 * pixels])
                .build()
                .withPairs(new PairMap(HEIGHT, WIDTH, places));
    }

    private static OutputMap output(long seed, int channels) {
        Random random = new Random(seed);
        float[] values = new float[IMAGES * GRID_HEIGHT * GRID_WIDTH * channels];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (2 + random.nextGaussian());
        }
        return new OutputMap(IMAGES, GRID_HEIGHT, GRID_WIDTH, channels, values);
    }

    private static OutputMap moved(OutputMap output, int index, double step) {
        float[] values = output.nhwc().clone();
        values[index] += (float) step;
        return new OutputMap(output.images(), output.height(), output.width(), output.channels(), values);
    }

    @Test(dataProvider = "losses")
    public void theGradientIsTheDerivative(PairLoss loss, int channels) {
        Batch batch = batch(1);
        OutputMap output = output(2, channels);
        double divisor = PairLoss.divisor(batch);
        float[] gradient = loss.of(output, batch, divisor, ONE).gradient().nhwc();
        double step = 1e-3;
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < gradient.length; i++) {
            double up = loss.of(moved(output, i, step), batch, divisor, ONE).value();
            double down = loss.of(moved(output, i, -step), batch, divisor, ONE).value();
            worst = Math.max(worst, Math.abs((up - down) / (2 * step) - gradient[i]));
            largest = Math.max(largest, Math.abs(gradient[i]));
        }
        assertTrue(largest > 1e-3, loss.key() + ": no gradient at all");
        assertTrue(worst < 4e-3 * largest, loss.key() + ": off by " + worst + " of " + largest);
    }

    @Test(dataProvider = "losses")
    public void partsAddUpToTheWholeAndThreadsChangeNothing(PairLoss loss, int channels) {
        Batch batch = batch(3);
        OutputMap output = output(4, channels);
        double divisor = PairLoss.divisor(batch);
        LossTerm whole = loss.of(output, batch, divisor, ONE);
        assertEquals(
                loss.of(output, batch, divisor, new Workers(3)).gradient().nhwc(),
                whole.gradient().nhwc());
        double sum = 0;
        float[] gradient = new float[output.nhwc().length];
        int size = 2 * output.imageSize();
        for (int pair = 0; pair < 2; pair++) {
            OutputMap part = new OutputMap(
                    2,
                    GRID_HEIGHT,
                    GRID_WIDTH,
                    channels,
                    Arrays.copyOfRange(output.nhwc(), pair * size, (pair + 1) * size));
            LossTerm term = loss.of(part, batch.part(2 * pair, 2 * pair + 2), divisor, ONE);
            sum += term.value();
            System.arraycopy(term.gradient().nhwc(), 0, gradient, pair * size, size);
        }
        assertEquals(sum, whole.value(), 1e-12);
        assertEquals(gradient, whole.gradient().nhwc());
    }

    @Test(dataProvider = "losses")
    public void whatIsNotSeenCostsNothing(PairLoss loss, int channels) {
        float[] places = new float[3 * IMAGES / 2 * HEIGHT * WIDTH];
        Arrays.fill(places, Float.NaN);
        Batch batch = batch(places);
        assertEquals(PairLoss.divisor(batch), 0.0);
        LossTerm term = loss.of(output(5, channels), batch, 1, ONE);
        assertEquals(term.value(), 0.0);
        assertEquals(term.gradient().nhwc(), new float[term.gradient().nhwc().length]);
    }

    @Test(dataProvider = "losses")
    public void notANumberIsNotHidden(PairLoss loss, int channels) {
        OutputMap output = output(6, channels);
        Arrays.fill(output.nhwc(), Float.NaN);
        Batch batch = batch(1);
        assertTrue(Double.isNaN(
                loss.of(output, batch, PairLoss.divisor(batch), ONE).value()));
    }

    /** Every pixel sees itself: frames that answer alike agree, and depth may change by what is measured alone. */
    @Test
    public void theLossesAreWhatTheyAreCalled() {
        float[] places = new float[3 * IMAGES / 2 * HEIGHT * WIDTH];
        for (int i = 0; i < places.length / 3; i++) {
            places[3 * i] = i % WIDTH;
            places[3 * i + 1] = i / WIDTH % HEIGHT;
            places[3 * i + 2] = 0.25f;
        }
        Batch batch = batch(places);
        double divisor = PairLoss.divisor(batch);
        OutputMap certain = new OutputMap(IMAGES, 1, 1, CHANNELS, new float[IMAGES * CHANNELS]);
        for (int image = 0; image < IMAGES; image++) {
            certain.nhwc()[image * CHANNELS + (image < 2 ? 3 : image)] = 50;
        }
        // The first pair agrees; the second says class 2 and class 3 for certain, which is a squared distance of 2
        assertEquals(new Agreement().of(certain, batch, divisor, ONE).value(), (0 + 2) / 2.0, 1e-9);
        OutputMap depth = new OutputMap(IMAGES, 1, 1, 1, new float[] {1, 1.25f, -2, -2.75f});
        assertEquals(new GradientMatching().of(depth, batch, divisor, ONE).value(), (0 + 0.5) / 2, 1e-9);
    }

    @Test
    public void theyAreOffUnlessWeighted() {
        LossConfiguration none = ConfigurationLoader.parse("recipe", "{}", LossConfiguration.class, List.of());
        assertTrue(!none.temporal().isOn());
        LossConfiguration some = ConfigurationLoader.parse(
                "recipe", "temporal: {agreement: 0.5, tgm: 2}", LossConfiguration.class, List.of());
        assertEquals(some.temporal(), new LossConfiguration.Temporal(0.5, 2));
        assertTrue(some.temporal().isOn());
    }
}
