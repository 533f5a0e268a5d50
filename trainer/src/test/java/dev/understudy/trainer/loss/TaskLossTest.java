package dev.understudy.trainer.loss;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.loss.CrossEntropy.Normalisation;
import dev.understudy.trainer.loss.CrossEntropy.Softmax;
import dev.understudy.trainer.loss.DepthLoss.AbsoluteError;
import dev.understudy.trainer.loss.DepthLoss.InverseHuber;
import dev.understudy.trainer.loss.DepthLoss.ScaleInvariantLog;
import dev.understudy.trainer.loss.JointLoss.LossTerm;
import dev.understudy.trainer.loss.JointLoss.OutputMap;
import dev.understudy.trainer.loss.NormalsLoss.CosineNormals;
import dev.understudy.trainer.loss.PixelLoss.Mean;
import dev.understudy.trainer.loss.PixelLoss.UpsampledLoss;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The contract of every loss. */
public class TaskLossTest {
    private static final Workers ONE = new Workers(1);

    private static final int CLASSES = 5;

    @DataProvider
    public Object[][] losses() {
        List<Double> none = List.of();
        List<Double> weights = List.of(0.5, 2.0, 1.0, 0.25, 3.0);
        return new Object[][] {
            {new CrossEntropy(Normalisation.VALID, Softmax.SLICE, none, 0), CLASSES},
            {new CrossEntropy(Normalisation.KEPT, Softmax.SLICE, none, 0), CLASSES},
            {new CrossEntropy(Normalisation.WEIGHTED, Softmax.ALL, weights, 0), CLASSES},
            {new CrossEntropy(Normalisation.ALL, Softmax.ALL, weights, 0.1), CLASSES},
            {new UpsampledLoss(new InverseHuber(Mean.VALID)), 1},
            {new UpsampledLoss(new InverseHuber(Mean.ALL)), 1},
            {new UpsampledLoss(new AbsoluteError(Mean.VALID)), 1},
            {new UpsampledLoss(new AbsoluteError(Mean.ALL)), 1},
            {new UpsampledLoss(new ScaleInvariantLog(0.85)), 1},
            {new UpsampledLoss(new CosineNormals(Mean.VALID)), 3},
            {new UpsampledLoss(new CosineNormals(Mean.ALL)), 3},
        };
    }

    @Test(dataProvider = "losses")
    public void theGradientIsTheDerivative(TaskLoss loss, int channels) {
        Batch batch = Batches.random(1, CLASSES);
        OutputMap output = Batches.output(2, channels, 2);
        double divisor = loss.divisor(batch);
        float[] gradient = loss.of(output, batch, divisor, ONE).gradient().nhwc();
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < gradient.length; i++) {
            double step = 1e-3;
            double numeric = (value(loss, output, batch, i, step) - value(loss, output, batch, i, -step)) / (2 * step);
            worst = Math.max(worst, Math.abs(numeric - gradient[i]));
            largest = Math.max(largest, Math.abs(numeric));
        }
        assertTrue(largest > 1e-3, loss + ": no gradient at all");
        assertTrue(worst < 4e-3 * largest, loss + ": off by " + worst + " of " + largest);
    }

    private static double value(TaskLoss loss, OutputMap output, Batch batch, int index, double step) {
        float[] moved = output.nhwc().clone();
        moved[index] += (float) step;
        OutputMap map = new OutputMap(output.images(), output.height(), output.width(), output.channels(), moved);
        return loss.of(map, batch, loss.divisor(batch), ONE).value();
    }

    @Test(dataProvider = "losses")
    public void nothingAnnotatedCostsNothing(TaskLoss loss, int channels) {
        assertEquals(loss.divisor(Batches.empty()), 0.0);
        LossTerm term = loss.of(Batches.output(3, channels, 0), Batches.empty(), 1, ONE);
        assertEquals(term.value(), 0.0);
        assertEquals(term.gradient().nhwc(), new float[term.gradient().nhwc().length]);
    }

    @Test(dataProvider = "losses")
    public void notANumberIsNotHidden(TaskLoss loss, int channels) {
        Batch batch = Batches.random(1, CLASSES);
        OutputMap output = Batches.output(2, channels, 2);
        Arrays.fill(output.nhwc(), Float.NaN);
        assertTrue(Double.isNaN(loss.of(output, batch, loss.divisor(batch), ONE).value()), loss.toString());
    }

    @Test(dataProvider = "losses")
    public void partsAddUpToTheWhole(TaskLoss loss, int channels) {
        if (loss.toString().contains("InverseHuber") || loss.toString().contains("ScaleInvariantLog")) {
            return; // Neither is a sum over pixels; both say so.
        }
        Batch batch = Batches.random(1, CLASSES);
        OutputMap output = Batches.output(2, channels, 2);
        double divisor = loss.divisor(batch);
        LossTerm whole = loss.of(output, batch, divisor, ONE);
        LossTerm first = loss.of(image(output, 0), batch.part(0, 1), divisor, ONE);
        LossTerm second = loss.of(image(output, 1), batch.part(1, 2), divisor, ONE);
        assertEquals(first.value() + second.value(), whole.value(), 1e-12);
        float[] parts = Arrays.copyOf(first.gradient().nhwc(), whole.gradient().nhwc().length);
        System.arraycopy(second.gradient().nhwc(), 0, parts, output.imageSize(), output.imageSize());
        assertEquals(parts, whole.gradient().nhwc());
    }

    private static OutputMap image(OutputMap map, int image) {
        int size = map.imageSize();
        float[] values = Arrays.copyOfRange(map.nhwc(), image * size, (image + 1) * size);
        return new OutputMap(1, map.height(), map.width(), map.channels(), values);
    }
}
