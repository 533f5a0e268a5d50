package dev.understudy.trainer.loss;

import static org.testng.Assert.assertEquals;

import dev.understudy.dataset.frame.Task;
import dev.understudy.trainer.loss.WeightRecipe.LearnedTaskWeights;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

public class LearnedTaskWeightsTest {
    private static final Map<Task, Double> LOSSES = Map.of(Task.SEGMENTATION, 2.0, Task.DEPTH, 0.5);

    private static LearnedTaskWeights learned(int steps) {
        LearnedTaskWeights weights = new LearnedTaskWeights(List.of(Task.SEGMENTATION, Task.DEPTH));
        for (int i = 0; i < steps; i++) {
            weights.learn(LOSSES, 0.1);
        }
        return weights;
    }

    private static double total(LearnedTaskWeights weights) {
        return weights.penalty()
                + LOSSES.entrySet().stream()
                        .mapToDouble(loss -> weights.weight(loss.getKey()) * loss.getValue())
                        .sum();
    }

    @Test
    public void theyStartFromTheFactorsOfTheirKinds() {
        LearnedTaskWeights fresh = learned(0);
        assertEquals(fresh.weight(Task.SEGMENTATION), 1.0);
        assertEquals(fresh.weight(Task.DEPTH), 0.5);
        assertEquals(fresh.penalty(), 0.0);
    }

    /** Where a step has the derivative: of f·exp(−s)·L + s/2 by s. */
    @Test
    public void aStepIsDownTheGradientOfTheTotal() {
        double rate = 1e-4;
        LearnedTaskWeights weights = learned(0);
        double before = total(weights);
        weights.learn(LOSSES, rate);
        double bySegmentation = 0.5 - 1.0 * 2.0;
        double byDepth = 0.5 - 0.5 * 0.5;
        double squares = bySegmentation * bySegmentation + byDepth * byDepth;
        assertEquals(total(weights) - before, -rate * squares, 1e-3 * rate * squares);
    }

    @Test
    public void lossesThatStayWeighTheSameInTheEnd() {
        LearnedTaskWeights weights = learned(500);
        LOSSES.forEach((task, loss) -> assertEquals(weights.weight(task) * loss, 0.5, 1e-6, task.key()));
    }

    @Test
    public void whatWasLearnedIsTakenUp() {
        LearnedTaskWeights weights = learned(7);
        LearnedTaskWeights resumed = learned(0);
        resumed.restore(weights.state());
        assertEquals(resumed.state(), weights.state());
        assertEquals(resumed.weight(Task.DEPTH), weights.weight(Task.DEPTH));
    }
}
