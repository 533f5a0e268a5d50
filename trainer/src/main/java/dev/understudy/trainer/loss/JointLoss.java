package dev.understudy.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.gradient.Autograd;
import java.util.EnumMap;
import java.util.Map;

/**
 * The weighted sum of the losses of named tasks. Used by one thread.
 *
 * <p>A task of the network for which no loss is named is not taught. A loss that is not finite stops training.
 */
public final class JointLoss {
    private final Map<Task, TaskLoss> losses;
    private final TaskWeights weights;

    public JointLoss(Map<Task, TaskLoss> losses, TaskWeights weights) {
        this.losses = new EnumMap<>(losses);
        this.weights = weights;
    }

    public TaskWeights weights() {
        return weights;
    }

    /** What each task's sum over pixels is to be divided by, from the whole batch. */
    public Map<Task, Double> divisors(Batch batch) {
        Map<Task, Double> divisors = new EnumMap<>(Task.class);
        losses.forEach((task, loss) -> divisors.put(task, loss.divisor(batch)));
        return divisors;
    }

    /**
     * Adds the derivatives of the loss to the gradients of the parameters that {@code outputs} came from.
     *
     * @param outputs of the network, NCHW, recorded
     * @param batch the frames of {@code outputs}, which may be a part of the batch of {@code divisors}
     * @throws NonFiniteLossException before any gradient changes
     */
    public JointLossValue backward(Map<Task, NDArray> outputs, Batch batch, Map<Task, Double> divisors) {
        Map<Task, LossTerm> terms = terms(outputs, batch, divisors);
        JointLossValue value = sum(terms);
        if (!Double.isFinite(value.total())) {
            throw new NonFiniteLossException(value.terms(), batch.ids());
        }
        terms.keySet().removeIf(task -> divisors.get(task) == 0);
        if (!terms.isEmpty()) {
            backward(outputs, terms);
        }
        return value;
    }

    private Map<Task, LossTerm> terms(Map<Task, NDArray> outputs, Batch batch, Map<Task, Double> divisors) {
        Map<Task, LossTerm> terms = new EnumMap<>(Task.class);
        losses.forEach((task, loss) -> {
            NDArray output = outputs.get(task);
            if (output == null) {
                throw new IllegalArgumentException("a loss for " + task.key() + ", but the network has no such head");
            }
            double divisor = divisors.get(task);
            OutputMap map = read(output);
            terms.put(task, divisor > 0 ? loss.of(map, batch, divisor) : new LossTerm(0, map.zerosLike()));
        });
        return terms;
    }

    private JointLossValue sum(Map<Task, LossTerm> terms) {
        Map<Task, Double> values = new EnumMap<>(Task.class);
        double total = weights.penalty();
        for (Map.Entry<Task, LossTerm> term : terms.entrySet()) {
            values.put(term.getKey(), term.getValue().value());
            total += weights.weight(term.getKey()) * term.getValue().value();
        }
        return new JointLossValue(total, values);
    }

    /** One pass for all tasks: Σ output·(its derivative, held constant) has just the derivatives that are wanted. */
    private void backward(Map<Task, NDArray> outputs, Map<Task, LossTerm> terms) {
        NDManager manager = outputs.values().iterator().next().getManager();
        NDArray total = null;
        for (Map.Entry<Task, LossTerm> term : terms.entrySet()) {
            NDArray gradient = write(manager, term.getValue().gradient(), weights.weight(term.getKey()));
            NDArray part = outputs.get(term.getKey()).mul(gradient).sum();
            total = total == null ? part : total.add(part);
        }
        if (total != null) {
            Autograd.backward(total);
        }
    }

    private static OutputMap read(NDArray nchw) {
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

    private static NDArray write(NDManager manager, OutputMap map, double weight) {
        float[] scaled = new float[map.nhwc().length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (weight * map.nhwc()[i]);
        }
        return manager.create(scaled, new Shape(map.images(), map.height(), map.width(), map.channels()))
                .transpose(0, 3, 1, 2);
    }
}
