package dev.understudy.trainer.loss;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.data.BatchBuilder;
import dev.understudy.trainer.data.SoftLabels;
import dev.understudy.trainer.loss.CrossEntropy.Normalisation;
import dev.understudy.trainer.loss.CrossEntropy.Softmax;
import dev.understudy.trainer.loss.JointLoss.LossTerm;
import dev.understudy.trainer.loss.JointLoss.OutputMap;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Cross-entropy against soft labels: some classes with their probabilities, the others as one. */
public class SoftCrossEntropyTest {
    private static final int CLASSES = 5;
    private static final Workers ONE = new Workers(1);
    private static final List<ClassSlice> TWO_SETS = List.of(new ClassSlice(0, 3), new ClassSlice(3, 5));
    private static final List<Double> WEIGHTS = List.of(0.5, 2.0, 1.0, 0.25, 3.0);

    /**
     * Soft labels at two pixels of three, of {@code topK} different classes of the pixel's data set or all that it has.
     */
    private static SoftLabels soft(long seed, Batch batch, int topK) {
        Random random = new Random(seed);
        SoftLabels soft = new SoftLabels(topK, new byte[batch.pixels() * topK], new byte[batch.pixels() * topK]);
        for (int i = 0; i < batch.pixels(); i++) {
            int classes = batch.slices().get(i / batch.area()).size();
            int first = random.nextInt(classes);
            for (int k = 0; k < Math.min(topK, classes) && i % 3 != 0; k++) {
                soft.classes()[i * topK + k] = (byte) ((first + k) % classes);
                soft.levels()[i * topK + k] = (byte) random.nextInt(255 / topK + 1);
            }
        }
        return soft;
    }

    private static Batch batch(long seed, List<ClassSlice> slices, int topK) {
        Batch batch = Batches.random(seed, slices);
        return batch.withSoft(soft(seed + 1, batch, topK));
    }

    private static LossTerm of(CrossEntropy loss, OutputMap output, Batch batch) {
        return loss.of(output, batch, loss.divisor(batch), ONE);
    }

    private static OutputMap with(OutputMap like, float[] values) {
        return new OutputMap(like.images(), like.height(), like.width(), like.channels(), values);
    }

    @DataProvider
    public Object[][] losses() {
        List<ClassSlice> one = List.of(ClassSlice.all(CLASSES), ClassSlice.all(CLASSES));
        return new Object[][] {
            {new CrossEntropy(Normalisation.VALID, Softmax.SLICE, List.of(), 0), one, 1},
            {new CrossEntropy(Normalisation.KEPT, Softmax.SLICE, List.of(), 0), one, 3},
            {new CrossEntropy(Normalisation.KEPT, Softmax.SLICE, List.of(), 0), one, 5},
            {new CrossEntropy(Normalisation.WEIGHTED, Softmax.SLICE, WEIGHTS, 0), TWO_SETS, 2},
            {new CrossEntropy(Normalisation.ALL, Softmax.ALL, WEIGHTS, 0.1), TWO_SETS, 2},
        };
    }

    @Test(dataProvider = "losses")
    public void theGradientIsTheDerivative(CrossEntropy loss, List<ClassSlice> slices, int topK) {
        Batch batch = batch(1, slices, topK);
        OutputMap output = Batches.output(2, CLASSES, 0);
        float[] gradient = of(loss, output, batch).gradient().nhwc();
        double step = 1e-3;
        for (int i = 0; i < gradient.length; i++) {
            float[] more = output.nhwc().clone();
            float[] less = output.nhwc().clone();
            more[i] += (float) step;
            less[i] -= (float) step;
            double numeric = (of(loss, with(output, more), batch).value()
                            - of(loss, with(output, less), batch).value())
                    / (more[i] - less[i]);
            assertEquals(gradient[i], numeric, 2e-4, loss + " by " + i);
        }
        assertTrue(largest(gradient) > 1e-2, "no gradient at all");
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    @Test(dataProvider = "losses")
    public void equalsItsDefinition(CrossEntropy loss, List<ClassSlice> slices, int topK) {
        if (loss.labelSmoothing() > 0) {
            return; // The definition below is of soft labels alone.
        }
        Batch batch = batch(3, slices, topK);
        OutputMap output = Batches.output(4, CLASSES, 0);
        float[] logits = new BilinearUpsampling(output, batch.height(), batch.width()).upsample(output, ONE);
        double sum = 0;
        for (int i = 0; i < batch.pixels(); i++) {
            int label = batch.classesNhw()[i] & 0xFF;
            ClassSlice slice = batch.slices().get(i / batch.area());
            if (label != 255) {
                double weight = loss.classWeights().isEmpty() ? 1 : WEIGHTS.get(slice.from() + label);
                sum += weight * batch.weightAt(i) * pixel(batch, i, label, probabilities(logits, i, slice));
            }
        }
        assertEquals(of(loss, output, batch).value(), sum / loss.divisor(batch), 1e-5);
    }

    private static double[] probabilities(float[] logits, int pixel, ClassSlice slice) {
        double[] p = new double[slice.size()];
        for (int c = 0; c < p.length; c++) {
            p[c] = Math.exp(logits[CLASSES * pixel + slice.from() + c]);
        }
        double sum = Arrays.stream(p).sum();
        return Arrays.stream(p).map(e -> e / sum).toArray();
    }

    private static double pixel(Batch batch, int pixel, int label, double[] p) {
        SoftLabels soft = batch.soft();
        if (!soft.has(pixel)) {
            return -Math.log(p[label]);
        }
        double told = 0;
        double loss = 0;
        double others = 1;
        int distinct = 0;
        for (int i = pixel * soft.topK(); i < (pixel + 1) * soft.topK(); i++) {
            double q = (soft.levels()[i] & 0xFF) / 255.0;
            if (q > 0) {
                told += q;
                loss -= q * Math.log(p[soft.classes()[i]]);
                others -= p[soft.classes()[i]];
                distinct++;
            }
        }
        return distinct == p.length ? loss / told : loss - (1 - told) * Math.log(others);
    }

    @Test(dataProvider = "losses")
    public void withoutSoftPixelsItIsThatOfClassesToTheBit(CrossEntropy loss, List<ClassSlice> slices, int topK) {
        Batch hard = Batches.random(5, slices);
        int length = hard.pixels() * topK;
        Batch none = hard.withSoft(new SoftLabels(topK, new byte[length], new byte[length]));
        OutputMap output = Batches.output(6, CLASSES, 0);
        assertSame(of(loss, output, none), of(loss, output, hard));
        assertNotEquals(
                of(loss, output, batch(5, slices, topK)).value(),
                of(loss, output, hard).value());
    }

    @Test(dataProvider = "losses")
    public void aClassThatIsCertainIsThatOfClassesToTheBit(CrossEntropy loss, List<ClassSlice> slices, int topK) {
        Batch hard = Batches.random(7, slices);
        byte[] levels = new byte[hard.pixels()];
        Arrays.fill(levels, (byte) 255);
        OutputMap output = Batches.output(8, CLASSES, 0);
        Batch certain = hard.withSoft(new SoftLabels(1, hard.classesNhw(), levels));
        assertSame(of(loss, output, certain), of(loss, output, hard));
    }

    private static void assertSame(LossTerm found, LossTerm expected) {
        assertEquals(Double.doubleToRawLongBits(found.value()), Double.doubleToRawLongBits(expected.value()));
        for (int i = 0; i < expected.gradient().nhwc().length; i++) {
            assertEquals(
                    Float.floatToRawIntBits(found.gradient().nhwc()[i]),
                    Float.floatToRawIntBits(expected.gradient().nhwc()[i]),
                    "derivative " + i);
        }
    }

    /** One pixel, at which the expert's class 0 has 0.6 and the others have the rest. */
    private static Batch pixel(int level) {
        return BatchBuilder.builder()
                .height(1)
                .width(1)
                .ids(List.of("a"))
                .slices(List.of(ClassSlice.all(4)))
                .rgbNhwc(new float[3])
                .classesNhw(new byte[1])
                .depthNhw(new float[1])
                .normalsNhwc(new float[3])
                .build()
                .withSoft(new SoftLabels(1, new byte[1], new byte[] {(byte) level}));
    }

    @Test
    public void theRemainderPushesProbabilityOffTheKeptClasses() {
        CrossEntropy loss = new CrossEntropy(Normalisation.KEPT, Softmax.SLICE, List.of(), 0);
        float[] start = {4, 0, 1, 0.5f};
        double[] before = probabilities(start);
        OutputMap output = new OutputMap(1, 1, 1, 4, start.clone());
        for (int step = 0; step < 500; step++) {
            float[] gradient = of(loss, output, pixel(153)).gradient().nhwc();
            for (int c = 0; c < 4; c++) {
                output.nhwc()[c] -= gradient[c];
            }
        }
        double[] after = probabilities(output.nhwc());
        assertTrue(before[0] > 0.85, "starts too sure");
        assertEquals(after[0], 0.6, 1e-3);
        assertTrue(after[2] > after[3] && after[3] > after[1], "the network's own order: " + Arrays.toString(after));
    }

    private static double[] probabilities(float[] logits) {
        double[] p = new double[logits.length];
        Arrays.setAll(p, c -> Math.exp(logits[c]));
        double sum = Arrays.stream(p).sum();
        return Arrays.stream(p).map(e -> e / sum).toArray();
    }

    @Test
    public void isFiniteWhereTheOthersHaveNoProbability() {
        CrossEntropy loss = new CrossEntropy(Normalisation.KEPT, Softmax.SLICE, List.of(), 0);
        OutputMap output = new OutputMap(1, 1, 1, 4, new float[] {300, -300, -300, -300});
        LossTerm term = of(loss, output, pixel(204));
        assertEquals(term.value(), 0.2 * (600 - Math.log(3)), 1e-3);
        float[] gradient = term.gradient().nhwc();
        assertEquals(gradient[0], 0.2f, 1e-6f);
        assertEquals(gradient[1] + gradient[2] + gradient[3], -0.2f, 1e-6f);
    }

    /** Rounding leaves a few 255ths, or has too many, where all classes are told. */
    @Test(dataProvider = "losses")
    public void levelsNeedNotAddUp(CrossEntropy loss, List<ClassSlice> slices, int topK) {
        Batch hard = Batches.random(9, slices);
        SoftLabels soft = soft(10, hard, topK);
        for (int i = 0; i < soft.levels().length; i++) {
            soft.levels()[i] = (byte) (soft.levels()[i] == 0 ? 0 : 200);
        }
        LossTerm term = of(loss, Batches.output(11, CLASSES, 0), hard.withSoft(soft));
        assertTrue(term.value() > 0 && Double.isFinite(term.value()), term.value() + "");
        double sum = 0;
        for (float derivative : term.gradient().nhwc()) {
            sum += derivative;
        }
        assertEquals(sum, 0, 1e-4, "a softmax's derivatives add up to nothing");
    }

    @Test(dataProvider = "losses")
    public void partsAndThreadsChangeNothing(CrossEntropy loss, List<ClassSlice> slices, int topK) {
        Batch batch = batch(12, slices, topK);
        OutputMap output = Batches.output(13, CLASSES, 0);
        double divisor = loss.divisor(batch);
        LossTerm whole = of(loss, output, batch);
        assertEquals(loss.of(output, batch, divisor, new Workers(3)).value(), whole.value(), 1e-9);
        double parts = 0;
        for (int i = 0; i < 2; i++) {
            int size = output.imageSize();
            float[] values = Arrays.copyOfRange(output.nhwc(), i * size, (i + 1) * size);
            OutputMap part = new OutputMap(1, output.height(), output.width(), CLASSES, values);
            parts += loss.of(part, batch.part(i, i + 1), divisor, ONE).value();
        }
        assertEquals(parts, whole.value(), 1e-12);
    }
}
