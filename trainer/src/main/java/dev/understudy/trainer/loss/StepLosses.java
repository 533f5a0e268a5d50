package dev.understudy.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.loss.JointLoss.Divisors;
import dev.understudy.trainer.loss.JointLoss.LossTerm;
import dev.understudy.trainer.loss.JointLoss.OutputMap;
import dev.understudy.trainer.loss.WeightRecipe.TaskWeights;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes all losses of a pass: in Java on the processor, or as tensor operations where the outputs lie. The two agree to
 * 1e-5, in values and in gradients. Used by one thread.
 */
interface StepLosses {
    /**
     * @param outputsNchw of the network for the frames of {@code batch}; stay the caller's
     * @param divisors of the whole batch
     */
    Taken take(Map<Task, NDArray> outputsNchw, Batch batch, Divisors divisors);

    /**
     * What was found.
     *
     * @param tasks each task's loss before its weight; 0 where nothing is annotated
     * @param pairs each loss on pairs before its weight; empty if there are no pairs
     * @param gradients the derivatives by the outputs, weighted, of the tasks that anything is learned for; attached to
     *     the manager of the outputs
     */
    record Taken(
            Map<Task, Double> tasks,
            Map<PairLoss, Double> pairs,
            Function<TaskWeights, Map<Task, NDArray>> gradients) {}

    /** The output of a task's head. */
    static NDArray output(Task task, Map<Task, NDArray> outputsNchw) {
        @Nullable NDArray output = outputsNchw.get(task);
        if (output == null) {
            throw new IllegalArgumentException("a loss for " + task.key() + ", but the network has no such head");
        }
        return output;
    }

    /** A copy in Java's memory. */
    static OutputMap read(NDArray nchw) {
        Shape shape = nchw.getShape();
        try (NDArray nhwc = nchw.transpose(0, 2, 3, 1)) {
            return new OutputMap(
                    (int) shape.get(0),
                    (int) shape.get(2),
                    (int) shape.get(3),
                    (int) shape.get(1),
                    nhwc.toFloatArray());
        }
    }

    /**
     * In Java, value and derivative in one pass: nothing of the target's size times the number of classes ever exists.
     *
     * @param pairLosses of tasks that are among {@code losses}, with what they count beside the task's own loss
     */
    record OnHost(Map<Task, TaskLoss> losses, Map<PairLoss, Double> pairLosses, Workers workers) implements StepLosses {
        @Override
        public Taken take(Map<Task, NDArray> outputsNchw, Batch batch, Divisors divisors) {
            Map<Task, OutputMap> maps = new EnumMap<>(Task.class);
            losses.keySet().forEach(task -> maps.put(task, read(output(task, outputsNchw))));
            Map<Task, LossTerm> terms = terms(maps, batch, divisors.tasks());
            Map<PairLoss, LossTerm> pairTerms = pairTerms(maps, batch, divisors.pairs());
            Map<Task, Double> values = new EnumMap<>(Task.class);
            terms.forEach((task, term) -> values.put(task, term.value()));
            Map<PairLoss, Double> pairValues = new LinkedHashMap<>();
            pairTerms.forEach((loss, term) -> pairValues.put(loss, term.value()));
            return new Taken(values, pairValues, weights -> {
                terms.keySet().removeIf(task -> divisors.tasks().get(task) == 0);
                pairTerms.forEach((loss, term) -> terms.merge(
                        loss.task(),
                        new LossTerm(0, scaled(term.gradient(), pairLosses.get(loss))),
                        StepLosses.OnHost::both));
                Map<Task, NDArray> gradients = new EnumMap<>(Task.class);
                terms.forEach((task, term) ->
                        gradients.put(task, write(outputsNchw.get(task), term.gradient(), weights.weight(task))));
                return gradients;
            });
        }

        private Map<Task, LossTerm> terms(Map<Task, OutputMap> outputs, Batch batch, Map<Task, Double> divisors) {
            Map<Task, LossTerm> terms = new EnumMap<>(Task.class);
            losses.forEach((task, loss) -> {
                double divisor = divisors.get(task);
                OutputMap map = outputs.get(task);
                terms.put(task, divisor > 0 ? loss.of(map, batch, divisor, workers) : new LossTerm(0, map.zerosLike()));
            });
            return terms;
        }

        private Map<PairLoss, LossTerm> pairTerms(Map<Task, OutputMap> outputs, Batch batch, double divisor) {
            Map<PairLoss, LossTerm> terms = new LinkedHashMap<>();
            if (divisor > 0) {
                pairLosses
                        .keySet()
                        .forEach(loss -> terms.put(loss, loss.of(outputs.get(loss.task()), batch, divisor, workers)));
            }
            return terms;
        }

        private static OutputMap scaled(OutputMap map, double factor) {
            float[] scaled = new float[map.nhwc().length];
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] = (float) (factor * map.nhwc()[i]);
            }
            return new OutputMap(map.images(), map.height(), map.width(), map.channels(), scaled);
        }

        private static LossTerm both(LossTerm one, LossTerm other) {
            OutputMap map = one.gradient();
            float[] sum = map.nhwc().clone();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += other.gradient().nhwc()[i];
            }
            return new LossTerm(
                    one.value() + other.value(),
                    new OutputMap(map.images(), map.height(), map.width(), map.channels(), sum));
        }

        static NDArray write(NDArray output, OutputMap map, double weight) {
            return output.getManager()
                    .create(
                            scaled(map, weight).nhwc(),
                            new Shape(map.images(), map.height(), map.width(), map.channels()))
                    .transpose(0, 3, 1, 2);
        }
    }

    /**
     * As tensor operations where the outputs lie, from where one number a loss is read, all together. Losses on pairs
     * alone are taken in Java here too: they look at few places of the output's own grid.
     */
    record OnDevice(Map<Task, TaskLoss> losses, Map<PairLoss, Double> pairLosses, Workers workers)
            implements StepLosses {
        @Override
        public Taken take(Map<Task, NDArray> outputsNchw, Batch batch, Divisors divisors) {
            Map<Task, TensorTerm> terms = new EnumMap<>(Task.class);
            losses.forEach((task, loss) -> {
                double divisor = divisors.tasks().get(task);
                NDArray output = output(task, outputsNchw);
                if (divisor > 0) {
                    terms.put(task, loss.of(output, batch, divisor));
                }
            });
            Map<PairLoss, LossTerm> pairTerms = new LinkedHashMap<>();
            if (divisors.pairs() > 0) {
                pairLosses
                        .keySet()
                        .forEach(loss -> pairTerms.put(
                                loss, loss.of(read(outputsNchw.get(loss.task())), batch, divisors.pairs(), workers)));
            }
            Map<PairLoss, Double> pairValues = new LinkedHashMap<>();
            pairTerms.forEach((loss, term) -> pairValues.put(loss, term.value()));
            return new Taken(TensorTerm.values(losses.keySet(), terms), pairValues, weights -> {
                Map<Task, NDArray> gradients = new EnumMap<>(Task.class);
                terms.forEach(
                        (task, term) -> gradients.put(task, term.gradientNchw().muli(weights.weight(task))));
                pairTerms.forEach((loss, term) -> {
                    double weight = weights.weight(loss.task()) * pairLosses.get(loss);
                    NDArray more = OnHost.write(outputsNchw.get(loss.task()), term.gradient(), weight);
                    gradients.merge(loss.task(), more, NDArray::addi);
                });
                return gradients;
            });
        }
    }
}
