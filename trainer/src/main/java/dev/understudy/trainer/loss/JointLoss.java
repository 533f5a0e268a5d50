package dev.understudy.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.loss.WeightRecipe.TaskWeights;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The weighted sum of the losses of named tasks. Used by one thread.
 *
 * <p>A task of the network for which no loss is named is not taught. A loss that is not finite stops training.
 */
public final class JointLoss {
    private final Map<Task, TaskLoss> losses;
    private final TaskWeights weights;
    private final Map<PairLoss, Double> pairLosses;
    private final Workers workers;

    public JointLoss(Map<Task, TaskLoss> losses, TaskWeights weights, Workers workers) {
        this(losses, weights, Map.of(), workers);
    }

    /** @param pairLosses of tasks that are among {@code losses}, with what they count beside the task's own loss */
    JointLoss(Map<Task, TaskLoss> losses, TaskWeights weights, Map<PairLoss, Double> pairLosses, Workers workers) {
        this.losses = new EnumMap<>(losses);
        this.weights = weights;
        this.pairLosses = new LinkedHashMap<>(pairLosses);
        this.workers = workers;
    }

    public TaskWeights weights() {
        return weights;
    }

    /** What sums over pixels are to be divided by, from the whole batch. */
    public Divisors divisors(Batch batch) {
        Map<Task, Double> divisors = new EnumMap<>(Task.class);
        losses.forEach((task, loss) -> divisors.put(task, loss.divisor(batch)));
        return new Divisors(divisors, pairLosses.isEmpty() ? 0 : PairLoss.divisor(batch));
    }

    /**
     * @param tasks of each task's own loss; 0 = nothing is annotated
     * @param pairs of all losses on pairs; 0 = nothing is compared
     */
    public record Divisors(Map<Task, Double> tasks, double pairs) {}

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
            Map<Task, NDArray> outputs, Batch batch, Divisors divisors, Consumer<Map<Task, NDArray>> network) {
        Map<Task, OutputMap> maps = new EnumMap<>(Task.class);
        losses.keySet().forEach(task -> maps.put(task, read(task, outputs.get(task))));
        Map<Task, LossTerm> terms = terms(maps, batch, divisors.tasks());
        Map<PairLoss, LossTerm> pairTerms = pairTerms(maps, batch, divisors.pairs());
        JointLossValue value = sum(terms, pairTerms, divisors.tasks());
        if (!Double.isFinite(value.total())) {
            throw new NonFiniteLossException(value.named(), batch.ids());
        }
        terms.keySet().removeIf(task -> divisors.tasks().get(task) == 0);
        pairTerms.forEach((loss, term) -> terms.merge(
                loss.task(), new LossTerm(0, scaled(term.gradient(), pairLosses.get(loss))), JointLoss::both));
        if (!terms.isEmpty()) {
            NDManager manager = outputs.values().iterator().next().getManager();
            network.accept(gradients(manager, terms));
        }
        return value;
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

    private JointLossValue sum(
            Map<Task, LossTerm> terms, Map<PairLoss, LossTerm> pairTerms, Map<Task, Double> divisors) {
        Map<Task, Double> values = new EnumMap<>(Task.class);
        Set<Task> taught = EnumSet.copyOf(terms.keySet());
        taught.removeIf(task -> divisors.get(task) == 0);
        double total = 0;
        for (Map.Entry<Task, LossTerm> term : terms.entrySet()) {
            values.put(term.getKey(), term.getValue().value());
            total += weights.weight(term.getKey()) * term.getValue().value();
        }
        Map<String, Double> pairValues = new TreeMap<>();
        for (Map.Entry<PairLoss, LossTerm> term : pairTerms.entrySet()) {
            PairLoss loss = term.getKey();
            pairValues.put(loss.key(), term.getValue().value());
            total += weights.weight(loss.task())
                    * pairLosses.get(loss)
                    * term.getValue().value();
        }
        return new JointLossValue(total, values, taught, pairValues);
    }

    private Map<Task, NDArray> gradients(NDManager manager, Map<Task, LossTerm> terms) {
        Map<Task, NDArray> gradients = new EnumMap<>(Task.class);
        terms.forEach((task, term) -> gradients.put(task, write(manager, term.gradient(), weights.weight(task))));
        return gradients;
    }

    private static OutputMap read(Task task, @Nullable NDArray nchw) {
        if (nchw == null) {
            throw new IllegalArgumentException("a loss for " + task.key() + ", but the network has no such head");
        }
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
