package dev.understudy.trainer;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.Network;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.loss.CrossEntropy;
import dev.understudy.trainer.loss.CrossEntropy.Normalisation;
import dev.understudy.trainer.loss.CrossEntropy.Softmax;
import dev.understudy.trainer.loss.DepthLoss.InverseHuber;
import dev.understudy.trainer.loss.JointLoss;
import dev.understudy.trainer.loss.JointLossValue;
import dev.understudy.trainer.loss.LossConfiguration;
import dev.understudy.trainer.loss.NormalsLoss.CosineNormals;
import dev.understudy.trainer.loss.PixelLoss.Mean;
import dev.understudy.trainer.loss.WeightRecipe;
import dev.understudy.trainer.optimiser.Optimiser;
import dev.understudy.trainer.optimiser.OptimiserConfiguration;
import dev.understudy.trainer.optimiser.OptimiserConfiguration.Schedule;
import dev.understudy.trainer.optimiser.OptimiserConfigurationBuilder;
import dev.understudy.trainer.optimiser.UpdateRule;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Six steps of the student against the original authors' code, which ran them in float64. */
public class GoldenTrainingTest {
    private static final double FIRST_LOSS = 1e-5;
    private static final double LATER_LOSS = 2e-3;
    private static final double GRADIENT_NORM = 1e-3;
    private static final double SMALLEST_NORM = 1e-3;

    @DataProvider
    public Object[][] cases() {
        return new Object[][] {
            {"joint-two-tasks", false},
            {"joint-two-tasks", true},
            {"joint-three-tasks-frozen-bn", false},
            {"joint-three-tasks-frozen-bn", true}
        };
    }

    /** @param asTensors take the losses as on a GPU */
    @Test(dataProvider = "cases")
    public void trainsAsTheOriginal(String name, boolean asTensors) {
        GoldenCase golden = GoldenCase.read(name);
        Batch batch = golden.batch();
        LossConfiguration authors = new LossConfiguration(
                new CrossEntropy(Normalisation.VALID, Softmax.ALL, List.of(), 0),
                new InverseHuber(Mean.ALL),
                new CosineNormals(Mean.ALL),
                new WeightRecipe.Equal());
        try (Network network = golden.network();
                NDManager manager = NativeEngine.newManager(NativeEngine.cpu());
                Optimiser optimiser =
                        new Optimiser(network, optimiser(golden.json().path("optimizer")))) {
            JointLoss onHost = authors.of(golden.tasks(), 2);
            JointLoss loss = asTensors ? onHost.asTensors() : onHost;
            for (JsonNode expected : golden.json().path("steps")) {
                JointLossValue value = new TrainingStep(network, loss, manager).learn(batch, 1);
                boolean first = expected.path("step").intValue() == 0;
                checkLoss(expected, value, first ? FIRST_LOSS : LATER_LOSS);
                if (first) {
                    checkNorms(golden.json().path("firstStepGradientNorms"), optimiser.gradientNorms());
                }
                optimiser.step(1);
            }
            checkProbes(golden.json().path("after"), network.snapshot());
        }
    }

    private static OptimiserConfiguration optimiser(JsonNode json) {
        return OptimiserConfigurationBuilder.builder()
                .rule(new UpdateRule.Sgd(json.path("momentum").doubleValue(), false))
                .encoderRate(json.path("encoderLearningRate").doubleValue())
                .decoderRate(json.path("decoderLearningRate").doubleValue())
                .groups(List.of())
                .weightDecay(json.path("weightDecay").doubleValue())
                .decayNormAndBias(true)
                .schedule(new Schedule.Constant())
                .warmUpSteps(0)
                .build();
    }

    private static void checkLoss(JsonNode expected, JointLossValue value, double tolerance) {
        String step = "step " + expected.path("step");
        assertClose(value.total(), expected.path("total").doubleValue(), tolerance, step + " total");
        for (Map.Entry<Task, Double> term : value.terms().entrySet()) {
            double original = expected.path(term.getKey().key()).doubleValue();
            assertClose(term.getValue(), original, tolerance, step + " " + term.getKey());
        }
    }

    private static void checkNorms(JsonNode expected, Map<String, Double> norms) {
        assertEquals(norms.size(), expected.size());
        expected.properties().forEach(entry -> {
            double original = entry.getValue().doubleValue();
            if (original > SMALLEST_NORM) {
                assertClose(norms.get(entry.getKey()), original, GRADIENT_NORM, "gradient of " + entry.getKey());
            }
        });
    }

    private static void checkProbes(JsonNode expected, Checkpoint after) {
        assertTrue(!expected.isEmpty());
        expected.properties().forEach(entry -> {
            float[] values = after.tensors().get(entry.getKey()).toFloats();
            double norm = entry.getValue().path("l2").doubleValue();
            double typical = norm / Math.sqrt(values.length);
            double squares = 0;
            double sum = 0;
            for (float value : values) {
                sum += value;
                squares += (double) value * value;
            }
            assertClose(Math.sqrt(squares), norm, LATER_LOSS, entry.getKey());
            double mean = entry.getValue().path("mean").doubleValue();
            assertEquals(sum / values.length, mean, LATER_LOSS * typical, entry.getKey() + " mean");
            JsonNode first = entry.getValue().path("first");
            for (int i = 0; i < first.size(); i++) {
                assertEquals(
                        values[i], first.path(i).doubleValue(), LATER_LOSS * typical, entry.getKey() + " element " + i);
            }
        });
    }

    private static void assertClose(double found, double expected, double relative, String what) {
        assertEquals(found, expected, relative * Math.abs(expected), what);
    }
}
