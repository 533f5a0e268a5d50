package dev.understudy.trainer.loss;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.data.SoftLabels;
import dev.understudy.trainer.loss.CrossEntropy.Normalisation;
import dev.understudy.trainer.loss.CrossEntropy.Softmax;
import dev.understudy.trainer.loss.DepthLoss.AbsoluteError;
import dev.understudy.trainer.loss.DepthLoss.InverseHuber;
import dev.understudy.trainer.loss.DepthLoss.ScaleInvariantLog;
import dev.understudy.trainer.loss.JointLoss.Divisors;
import dev.understudy.trainer.loss.JointLoss.OutputMap;
import dev.understudy.trainer.loss.NormalsLoss.CosineNormals;
import dev.understudy.trainer.loss.PixelLoss.Mean;
import dev.understudy.trainer.loss.PixelLoss.UpsampledLoss;
import dev.understudy.trainer.loss.StepLosses.Taken;
import dev.understudy.trainer.loss.WeightRecipe.FixedTaskWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The contract of both ways to take losses, run on the processor, and that they agree. */
public class StepLossesTest {
    private static final int CLASSES = 5;
    private static final List<ClassSlice> ONE_SET = Collections.nCopies(2, ClassSlice.all(CLASSES));
    private static final List<ClassSlice> TWO_SETS = List.of(new ClassSlice(0, 3), new ClassSlice(3, 5));
    private static final double WEIGHT = 0.75;

    /** A loss with the data that suits it. */
    private record Case(Task task, TaskLoss loss, int channels, double mean, List<ClassSlice> slices, int topK) {
        Batch batch(long seed) {
            Batch hard = Batches.random(seed, slices);
            return topK == 0 ? hard : hard.withSoft(soft(seed + 1, hard, topK));
        }

        @Override
        public String toString() {
            return loss + " " + slices + " top " + topK;
        }
    }

    /** Soft labels at two pixels of three; some classes are told twice, some levels exceed 255 together. */
    private static SoftLabels soft(long seed, Batch batch, int topK) {
        Random random = new Random(seed);
        SoftLabels soft = new SoftLabels(topK, new byte[batch.pixels() * topK], new byte[batch.pixels() * topK]);
        for (int i = 0; i < soft.levels().length; i++) {
            int pixel = i / topK;
            int classes = batch.slices().get(pixel / batch.area()).size();
            soft.classes()[i] = (byte) (random.nextInt(9) == 0 ? 255 : random.nextInt(classes));
            soft.levels()[i] = (byte) (pixel % 3 == 0 ? 0 : random.nextInt(200));
        }
        return soft;
    }

    private static List<Case> cases() {
        List<Double> none = List.of();
        List<Double> weights = List.of(0.5, 2.0, 1.0, 0.25, 3.0);
        List<Case> cases = new ArrayList<>();
        for (int topK : new int[] {0, 1, 3, 5}) {
            cases.add(segmentation(new CrossEntropy(Normalisation.VALID, Softmax.SLICE, none, 0), ONE_SET, topK));
            cases.add(segmentation(new CrossEntropy(Normalisation.KEPT, Softmax.SLICE, weights, 0.2), TWO_SETS, topK));
            cases.add(segmentation(new CrossEntropy(Normalisation.WEIGHTED, Softmax.ALL, weights, 0), TWO_SETS, topK));
            cases.add(segmentation(new CrossEntropy(Normalisation.ALL, Softmax.ALL, weights, 0.1), ONE_SET, topK));
        }
        for (double mean : new double[] {0, 2}) {
            for (Mean over : Mean.values()) {
                cases.add(depth(new InverseHuber(over), mean));
                cases.add(depth(new AbsoluteError(over), mean));
                cases.add(new Case(Task.NORMALS, new UpsampledLoss(new CosineNormals(over)), 3, mean, ONE_SET, 0));
            }
            // Not around 0, where a logarithm makes the last bit of a prediction large.
            cases.add(depth(new ScaleInvariantLog(0.85), 2 + mean));
            cases.add(depth(new ScaleInvariantLog(0), 2 + mean));
        }
        return cases;
    }

    private static Case segmentation(CrossEntropy loss, List<ClassSlice> slices, int topK) {
        return new Case(Task.SEGMENTATION, loss, CLASSES, 0, slices, topK);
    }

    private static Case depth(DepthLoss loss, double mean) {
        return new Case(Task.DEPTH, new UpsampledLoss(loss), 1, mean, ONE_SET, 0);
    }

    @DataProvider
    public Object[][] losses() {
        return cases().stream().map(one -> new Object[] {one}).toArray(Object[][]::new);
    }

    @DataProvider
    public Object[][] lossesOfBothWays() {
        return cases().stream()
                .flatMap(one -> List.of(new Object[] {one, false}, new Object[] {one, true}).stream())
                .toArray(Object[][]::new);
    }

    /** A weighted gradient, by image, row, column and channel, with the loss that it is of. */
    private record Found(double value, float[] gradient) {}

    private static Found take(Case of, boolean asTensors, OutputMap output, Batch batch, double divisor) {
        Map<Task, TaskLoss> losses = Map.of(of.task(), of.loss());
        StepLosses way = asTensors
                ? new StepLosses.OnDevice(losses, Map.of(), new Workers(1))
                : new StepLosses.OnHost(losses, Map.of(), new Workers(1));
        try (NDManager manager = NativeEngine.newManager(NativeEngine.cpu())) {
            NDArray nchw = manager.create(
                            output.nhwc(),
                            new Shape(output.images(), output.height(), output.width(), output.channels()))
                    .transpose(0, 3, 1, 2);
            Taken taken = way.take(Map.of(of.task(), nchw), batch, new Divisors(Map.of(of.task(), divisor), 0));
            NDArray gradient = taken.gradients()
                    .apply(new FixedTaskWeights(Map.of(of.task(), WEIGHT)))
                    .get(of.task());
            float[] read = gradient == null
                    ? new float[0]
                    : gradient.transpose(0, 2, 3, 1).toFloatArray();
            return new Found(taken.tasks().get(of.task()), read);
        }
    }

    @Test(dataProvider = "losses")
    public void bothWaysAgree(Case of) {
        for (long seed = 20; seed < 23; seed++) {
            Batch batch = of.batch(seed);
            OutputMap output = Batches.output(seed + 10, of.channels(), of.mean());
            double divisor = of.loss().divisor(batch);
            Found host = take(of, false, output, batch, divisor);
            Found tensors = take(of, true, output, batch, divisor);
            assertEquals(tensors.value(), host.value(), 1e-5 * Math.max(1, host.value()), of + ", seed " + seed);
            float largest = largest(host.gradient());
            assertTrue(largest > 1e-4, of + ": no gradient at all");
            for (int i = 0; i < host.gradient().length; i++) {
                float found = tensors.gradient()[i];
                assertEquals(found, host.gradient()[i], 1e-5 * largest, of + ", seed " + seed + ", output " + i);
            }
        }
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /** Two pixels as sure as numbers get, one of them wrong: nothing leaves the range. */
    @Test
    public void bothWaysAgreeOnExtremes() {
        for (Case of : cases()) {
            Batch batch = of.batch(1);
            OutputMap output = Batches.output(2, of.channels(), of.mean());
            for (int i = 0; i < output.nhwc().length; i++) {
                output.nhwc()[i] *= i % 3 == 0 ? 300 : 1;
            }
            double divisor = of.loss().divisor(batch);
            Found host = take(of, false, output, batch, divisor);
            Found tensors = take(of, true, output, batch, divisor);
            assertEquals(tensors.value(), host.value(), 1e-5 * Math.max(1, host.value()), of.toString());
            float largest = largest(host.gradient());
            for (int i = 0; i < host.gradient().length; i++) {
                assertEquals(tensors.gradient()[i], host.gradient()[i], 3e-5 * largest, of + ", output " + i);
            }
        }
    }

    @Test(dataProvider = "lossesOfBothWays")
    public void nothingAnnotatedCostsNothing(Case of, boolean asTensors) {
        OutputMap output = Batches.output(3, of.channels(), 0);
        Found whole = take(of, asTensors, output, Batches.empty(), 0);
        assertEquals(whole.value(), 0.0);
        assertEquals(whole.gradient().length, 0, "the network is not asked to go back");
        Found part = take(of, asTensors, output, Batches.empty(), 1);
        assertEquals(part.value(), 0.0);
        for (float derivative : part.gradient()) {
            assertEquals(Math.abs(derivative), 0f);
        }
    }

    @Test(dataProvider = "lossesOfBothWays")
    public void notANumberIsNotHidden(Case of, boolean asTensors) {
        Batch batch = of.batch(1);
        OutputMap output = Batches.output(2, of.channels(), of.mean());
        Arrays.fill(output.nhwc(), Float.NaN);
        Found found = take(of, asTensors, output, batch, of.loss().divisor(batch));
        assertTrue(Double.isNaN(found.value()), of.toString());
    }

    @Test(dataProvider = "lossesOfBothWays")
    public void whatIsNotAnnotatedMayBeAnything(Case of, boolean asTensors) {
        Batch batch = of.batch(1);
        Arrays.fill(batch.classesNhw(), batch.area(), 2 * batch.area(), (byte) 255);
        Arrays.fill(batch.depthNhw(), batch.area(), 2 * batch.area(), 0);
        Arrays.fill(batch.normalsNhwc(), 3 * batch.area(), 6 * batch.area(), 0);
        OutputMap output = Batches.output(2, of.channels(), of.mean());
        Arrays.fill(output.nhwc(), output.imageSize(), 2 * output.imageSize(), Float.NaN);
        Found found = take(of, asTensors, output, batch, of.loss().divisor(batch));
        assertTrue(Double.isFinite(found.value()), of.toString());
        for (int i = 0; i < found.gradient().length; i++) {
            assertTrue(Float.isFinite(found.gradient()[i]), of + ", output " + i);
            assertTrue(i < output.imageSize() || found.gradient()[i] == 0, of + ", output " + i);
        }
    }

    @Test(dataProvider = "lossesOfBothWays")
    public void partsAddUpToTheWhole(Case of, boolean asTensors) {
        if (of.toString().contains("InverseHuber") || of.toString().contains("ScaleInvariantLog")) {
            return; // Neither is a sum over pixels; both say so.
        }
        Batch batch = of.batch(1);
        OutputMap output = Batches.output(2, of.channels(), of.mean());
        double divisor = of.loss().divisor(batch);
        Found whole = take(of, asTensors, output, batch, divisor);
        double sum = 0;
        for (int i = 0; i < 2; i++) {
            int size = output.imageSize();
            float[] values = Arrays.copyOfRange(output.nhwc(), i * size, (i + 1) * size);
            OutputMap part = new OutputMap(1, output.height(), output.width(), of.channels(), values);
            Found found = take(of, asTensors, part, batch.part(i, i + 1), divisor);
            sum += found.value();
            for (int j = 0; j < size; j++) {
                assertEquals(found.gradient()[j], whole.gradient()[i * size + j], 1e-7, of + ", output " + j);
            }
        }
        assertEquals(sum, whole.value(), 1e-6);
    }
}
