package dev.understudy.trainer.optimiser;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import ai.djl.ndarray.NDArray;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.trainer.SmallNetwork;
import dev.understudy.trainer.optimiser.Optimiser.Autograd;
import dev.understudy.trainer.optimiser.Optimiser.MovingAverage;
import dev.understudy.trainer.optimiser.OptimiserConfiguration.GroupRecipe;
import dev.understudy.trainer.optimiser.OptimiserConfiguration.Schedule;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Test;

/** Rules against their formulas, worked in double on single numbers: minimise (p − 1)². */
public class OptimiserTest {
    private static final double RATE = 0.1;
    private static final double DECAY = 0.01;

    private static OptimiserConfiguration configuration(UpdateRule rule, List<GroupRecipe> groups, boolean decayAll) {
        return configuration(rule, groups, decayAll, null);
    }

    private static OptimiserConfiguration configuration(
            UpdateRule rule, List<GroupRecipe> groups, boolean decayAll, @Nullable Double clip) {
        return OptimiserConfigurationBuilder.builder()
                .rule(rule)
                .encoderRate(RATE / 10)
                .decoderRate(RATE)
                .groups(groups)
                .weightDecay(DECAY)
                .decayNormAndBias(decayAll)
                .clipNorm(clip)
                .schedule(new Schedule.Constant())
                .warmUpSteps(0)
                .build();
    }

    /** Adds the gradient 2(p − 1) of every parameter. */
    private static void differentiate(SmallNetwork network) {
        try (Autograd.Mode recording = Autograd.recording()) {
            NDArray total = null;
            for (String name : network.parameters().keySet()) {
                NDArray term = network.array(name).sub(1).square().sum();
                total = total == null ? term : total.add(term);
            }
            Autograd.backward(total);
        }
    }

    private static void train(SmallNetwork network, Optimiser optimiser, int steps) {
        for (int i = 0; i < steps; i++) {
            differentiate(network);
            optimiser.step(i < 2 ? 1 : 0.5);
        }
    }

    private static double[] first(SmallNetwork network) {
        return new double[] {
            network.array("segm.weight").toFloatArray()[0],
            network.array("segm.bias").toFloatArray()[0],
            network.array("encoder.weight").toFloatArray()[0]
        };
    }

    @Test
    public void sgdIsPyTorchs() {
        for (boolean nesterov : new boolean[] {false, true}) {
            try (SmallNetwork network = new SmallNetwork(1)) {
                double[] start = first(network);
                Optimiser optimiser =
                        new Optimiser(network, configuration(new UpdateRule.Sgd(0.9, nesterov), List.of(), false));
                train(network, optimiser, 4);
                double[] end = first(network);
                assertEquals(end[0], sgd(start[0], RATE, DECAY, nesterov), 1e-6);
                assertEquals(end[1], sgd(start[1], RATE, 0, nesterov), 1e-6, "biases do not decay");
                assertEquals(end[2], sgd(start[2], RATE / 10, DECAY, nesterov), 1e-6, "the encoder's rate");
            }
        }
    }

    private static double sgd(double p, double rate, double decay, boolean nesterov) {
        double velocity = 0;
        for (int i = 0; i < 4; i++) {
            double gradient = 2 * (p - 1) + decay * p;
            velocity = 0.9 * velocity + gradient;
            p -= rate * (i < 2 ? 1 : 0.5) * (nesterov ? gradient + 0.9 * velocity : velocity);
        }
        return p;
    }

    @Test
    public void adamWIsPyTorchs() {
        try (SmallNetwork network = new SmallNetwork(1)) {
            double[] start = first(network);
            Optimiser optimiser =
                    new Optimiser(network, configuration(new UpdateRule.AdamW(0.9, 0.999, 1e-8), List.of(), true));
            train(network, optimiser, 4);
            double p = start[0];
            double mean = 0;
            double square = 0;
            for (int i = 1; i <= 4; i++) {
                double rate = RATE * (i <= 2 ? 1 : 0.5);
                double gradient = 2 * (p - 1);
                p *= 1 - rate * DECAY;
                mean = 0.9 * mean + 0.1 * gradient;
                square = 0.999 * square + 0.001 * gradient * gradient;
                double root = Math.sqrt(square) / Math.sqrt(1 - Math.pow(0.999, i)) + 1e-8;
                p -= rate / (1 - Math.pow(0.9, i)) * mean / root;
            }
            assertEquals(first(network)[0], p, 1e-5);
        }
    }

    @Test
    public void groupsHaveRatesOfTheirOwnAndRateZeroStands() {
        List<GroupRecipe> groups = List.of(
                new GroupRecipe("heads", "(segm|depth)\\..*", RATE / 2, 0.0),
                new GroupRecipe("still", "encoder.*", 0, null));
        try (SmallNetwork network = new SmallNetwork(1)) {
            double[] start = first(network);
            Optimiser optimiser = new Optimiser(network, configuration(new UpdateRule.Sgd(0.9, false), groups, true));
            train(network, optimiser, 4);
            assertEquals(first(network)[0], sgd(start[0], RATE / 2, 0, false), 1e-6);
            assertEquals(first(network)[2], start[2]);
            assertFalse(network.array("encoder.weight").hasGradient());
        }
    }

    @Test
    public void clippingKeepsTheDirection() {
        try (SmallNetwork network = new SmallNetwork(1)) {
            double[] start = first(network);
            Optimiser optimiser =
                    new Optimiser(network, configuration(new UpdateRule.Sgd(0, false), List.of(), false, 0.5));
            differentiate(network);
            double norm = optimiser.gradientNorm();
            assertTrue(norm > 0.5, "norm " + norm);
            optimiser.step(1);
            double gradient = 0.5 / norm * 2 * (start[1] - 1);
            assertEquals(first(network)[1], start[1] - RATE * gradient, 1e-6);
        }
    }

    @Test
    public void aRestoredOptimiserGoesOnBitForBit() {
        OptimiserConfiguration configuration = configuration(new UpdateRule.AdamW(0.9, 0.99, 1e-8), List.of(), true);
        try (SmallNetwork straight = new SmallNetwork(1);
                SmallNetwork interrupted = new SmallNetwork(1);
                SmallNetwork resumed = new SmallNetwork(2)) {
            train(straight, new Optimiser(straight, configuration), 2);
            Optimiser before = new Optimiser(interrupted, configuration);
            train(interrupted, before, 2);
            resumed.load(interrupted.snapshot());
            Optimiser after = new Optimiser(resumed, configuration);
            after.restore(before.state(), before.steps());
            train(interrupted, before, 2);
            train(resumed, after, 2);
            assertSame(resumed.snapshot(), interrupted.snapshot());
        }
    }

    private static void assertSame(Checkpoint a, Checkpoint b) {
        for (Map.Entry<String, Tensor> tensor : a.tensors().entrySet()) {
            assertEquals(
                    tensor.getValue().toFloats(),
                    b.tensors().get(tensor.getKey()).toFloats(),
                    tensor.getKey());
        }
    }

    @Test
    public void theAverageFollowsAndSwapsBack() {
        try (SmallNetwork network = new SmallNetwork(1)) {
            double start = first(network)[0];
            MovingAverage average = new MovingAverage(network, 0.9);
            Optimiser optimiser = new Optimiser(network, configuration(new UpdateRule.Sgd(0, false), List.of(), false));
            train(network, optimiser, 1);
            average.update(1);
            double moved = first(network)[0];
            average.swap();
            assertEquals(first(network)[0], 2.0 / 11 * start + 9.0 / 11 * moved, 1e-6);
            average.swap();
            assertEquals(first(network)[0], moved);
        }
    }

    @Test
    public void schedulesFallAsNamed() {
        Schedule steps = new Schedule.MultiStep(List.of(10.0, 20.0), 0.1);
        assertEquals(steps.factor(9.9, 30), 1.0);
        assertEquals(steps.factor(10, 30), 0.1, 1e-12);
        assertEquals(steps.factor(29, 30), 0.01, 1e-12);
        assertHalfway(p -> new Schedule.Polynomial(0.9).factor(p, 30), Math.pow(0.5, 0.9));
        assertHalfway(p -> new Schedule.Cosine(0.2).factor(p, 30), 0.6);
        OptimiserConfiguration warm = OptimiserConfigurationBuilder.builder()
                .rule(new UpdateRule.Sgd(0, false))
                .encoderRate(1)
                .decoderRate(1)
                .groups(List.of())
                .weightDecay(0)
                .decayNormAndBias(true)
                .schedule(new Schedule.Constant())
                .warmUpSteps(3)
                .build();
        assertEquals(warm.factor(0, 0, 10), 0.25);
        assertEquals(warm.factor(3, 3, 10), 1.0);
    }

    private static void assertHalfway(DoubleUnaryOperator factor, double half) {
        assertEquals(factor.applyAsDouble(0), 1.0);
        assertEquals(factor.applyAsDouble(15), half, 1e-12);
    }
}
