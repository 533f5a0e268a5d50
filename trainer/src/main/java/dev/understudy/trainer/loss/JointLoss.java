package dev.understudy.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.loss.WeightRecipe.TaskWeights;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The weighted sum of the losses of named tasks. Used by one thread.
 *
 * <p>A task of the network for which no loss is named is not taught. A loss that is not finite stops training.
 */
public final class JointLoss {
    private final Map<Task, TaskLoss> losses;
    private final TaskWeights weights;
    private final Workers workers;

    public JointLoss(Map<Task, TaskLoss> losses, TaskWeights weights, Workers workers) {
        this.losses = new EnumMap<>(losses);
        this.weights = weights;
        this.workers = workers;
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

    /** The loss of a whole batch from the sum over its parts. */
    public JointLossValue whole(JointLossValue parts) {
        return parts.plus(weights.penalty());
    }

    /**
     * Takes the loss, less what the weights cost themselves, and hands its derivatives by the outputs to the network.
     *
     * @param outputs of the network, NCHW
     * @param network the way back; not called if there is nothing to learn
     * @param batch the frames of {@code outputs}, which may be a part of the batch of {@code divisors}
     * @throws NonFiniteLossException before any gradient changes
     */
    public JointLossValue backward(
            Map<Task, NDArray> outputs, Batch batch, Map<Task, Double> divisors, Consumer<Map<Task, NDArray>> network) {
        Map<Task, LossTerm> terms = terms(outputs, batch, divisors);
        JointLossValue value = sum(terms, divisors);
        if (!Double.isFinite(value.total())) {
            throw new NonFiniteLossException(value.terms(), batch.ids());
        }
        terms.keySet().removeIf(task -> divisors.get(task) == 0);
        if (!terms.isEmpty()) {
            NDManager manager = outputs.values().iterator().next().getManager();
            network.accept(gradients(manager, terms));
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
            terms.put(task, divisor > 0 ? loss.of(map, batch, divisor, workers) : new LossTerm(0, map.zerosLike()));
        });
        return terms;
    }

    private JointLossValue sum(Map<Task, LossTerm> terms, Map<Task, Double> divisors) {
        Map<Task, Double> values = new EnumMap<>(Task.class);
        Set<Task> taught = EnumSet.copyOf(terms.keySet());
        taught.removeIf(task -> divisors.get(task) == 0);
        double total = 0;
        for (Map.Entry<Task, LossTerm> term : terms.entrySet()) {
            values.put(term.getKey(), term.getValue().value());
            total += weights.weight(term.getKey()) * term.getValue().value();
        }
        return new JointLossValue(total, values, taught);
    }

    private Map<Task, NDArray> gradients(NDManager manager, Map<Task, LossTerm> terms) {
        Map<Task, NDArray> gradients = new EnumMap<>(Task.class);
        terms.forEach((task, term) -> gradients.put(task, write(manager, term.gradient(), weights.weight(task))));
        return gradients;
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

    /**
     * A loss and its derivative.
     *
     * @param value not negative; 0 if there was nothing to learn; may be NaN or infinite if the network's output is
     * @param gradient by the network's output, in its shape
     */
    public record LossTerm(double value, OutputMap gradient) {}

    /**
     * Numbers for every place of the network's output grid: the output of a head, or the derivative of a loss by it.
     *
     * @param nhwc images × height × width × channels; not to be changed once it is shared
     */
    public record OutputMap(int images, int height, int width, int channels, float[] nhwc) {
        public OutputMap {
            if (nhwc.length != images * height * width * channels) {
                throw new IllegalArgumentException(
                        nhwc.length + " numbers for " + images + "×" + height + "×" + width + "×" + channels);
            }
        }

        /** Zeros of the same shape. */
        public OutputMap zerosLike() {
            return new OutputMap(images, height, width, channels, new float[nhwc.length]);
        }

        /** Numbers of one image. */
        public int imageSize() {
            return height * width * channels;
        }
    }
}
