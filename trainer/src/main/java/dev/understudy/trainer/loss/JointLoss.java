package dev.understudy.trainer.loss;

import ai.djl.ndarray.NDArray;
import dev.understudy.dataset.frame.Task;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.loss.StepLosses.Taken;
import dev.understudy.trainer.loss.WeightRecipe.TaskWeights;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The weighted sum of the losses of named tasks. Used by one thread.
 *
 * <p>A task of the network for which no loss is named is not taught. A loss that is not finite stops training.
 */
public final class JointLoss {
    private final Map<Task, TaskLoss> losses;
    private final TaskWeights weights;
    private final Map<PairLoss, Double> pairLosses;
    private final StepLosses onHost;
    private final StepLosses onDevice;

    public JointLoss(Map<Task, TaskLoss> losses, TaskWeights weights, Workers workers) {
        this(losses, weights, Map.of(), workers);
    }

    /** @param pairLosses of tasks that are among {@code losses}, with what they count beside the task's own loss */
    JointLoss(Map<Task, TaskLoss> losses, TaskWeights weights, Map<PairLoss, Double> pairLosses, Workers workers) {
        this.losses = new EnumMap<>(losses);
        this.weights = weights;
        this.pairLosses = new LinkedHashMap<>(pairLosses);
        this.onHost = new StepLosses.OnHost(this.losses, this.pairLosses, workers);
        this.onDevice = new StepLosses.OnDevice(this.losses, this.pairLosses, workers);
    }

    private JointLoss(JointLoss like, StepLosses everywhere) {
        this.losses = like.losses;
        this.weights = like.weights;
        this.pairLosses = like.pairLosses;
        this.onHost = everywhere;
        this.onDevice = everywhere;
    }

    /**
     * The same loss taken as tensor operations on every device. By itself it is so only on GPUs, whose outputs would
     * have to be copied otherwise.
     */
    public JointLoss asTensors() {
        return new JointLoss(this, onDevice);
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
     * @param outputsNchw of the network
     * @param network the way back; not called if there is nothing to learn
     * @param batch the frames of {@code outputsNchw}, which may be a part of the batch of {@code divisors}
     * @throws NonFiniteLossException before any gradient changes
     */
    public JointLossValue backward(
            Map<Task, NDArray> outputsNchw, Batch batch, Divisors divisors, Consumer<Map<Task, NDArray>> network) {
        NDArray any = outputsNchw.values().iterator().next();
        StepLosses side = any.getDevice().isGpu() ? onDevice : onHost;
        Taken taken = side.take(outputsNchw, batch, divisors);
        JointLossValue value = sum(taken, divisors.tasks());
        if (!Double.isFinite(value.total())) {
            throw new NonFiniteLossException(value.named(), batch.ids());
        }
        Map<Task, NDArray> gradients = taken.gradients().apply(weights);
        if (!gradients.isEmpty()) {
            network.accept(gradients);
        }
        return value;
    }

    private JointLossValue sum(Taken taken, Map<Task, Double> divisors) {
        Set<Task> taught = EnumSet.copyOf(taken.tasks().keySet());
        taught.removeIf(task -> divisors.get(task) == 0);
        double total = 0;
        for (Map.Entry<Task, Double> term : taken.tasks().entrySet()) {
            total += weights.weight(term.getKey()) * term.getValue();
        }
        Map<String, Double> pairValues = new TreeMap<>();
        for (Map.Entry<PairLoss, Double> term : taken.pairs().entrySet()) {
            PairLoss loss = term.getKey();
            pairValues.put(loss.key(), term.getValue());
            total += weights.weight(loss.task()) * pairLosses.get(loss) * term.getValue();
        }
        return new JointLossValue(total, taken.tasks(), taught, pairValues);
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

    /** Training has left the numbers: a loss or a parameter is NaN or infinite. The last checkpoint is intact. */
    public static final class NonFiniteLossException extends RuntimeException {
        private final transient Map<String, Double> terms;
        private final transient List<String> frames;

        public NonFiniteLossException(Map<String, Double> terms, List<String> frames) {
            this("the loss is not finite: ", terms, frames);
        }

        private NonFiniteLossException(String what, Map<String, Double> terms, List<String> frames) {
            super(what
                    + terms.entrySet().stream()
                            .map(e -> e.getKey() + " " + String.format(Locale.ROOT, "%.6g", e.getValue()))
                            .collect(Collectors.joining(", "))
                    + " on frames " + String.join(", ", frames)
                    + "; lower the rates, clip the gradient norm, or look at these frames");
            this.terms = Map.copyOf(terms);
            this.frames = List.copyOf(frames);
        }

        /** The loss was finite, and what its step made of a parameter is not. */
        public static NonFiniteLossException afterUpdate(
                String parameter, long step, Map<String, Double> terms, List<String> frames) {
            return new NonFiniteLossException(
                    "after step " + step + " " + parameter + " is not finite; the loss of that step was ",
                    terms,
                    frames);
        }

        /** The loss is finite, and gradients of it are not, in float16 and by no scale. */
        public static NonFiniteLossException inGradients(long step, Map<String, Double> terms, List<String> frames) {
            return new NonFiniteLossException(
                    "the gradients of step " + step
                            + " are not finite in float16, whatever the loss is multiplied by; the"
                            + " loss of that step was ",
                    terms,
                    frames);
        }

        /** Every term of the batch, by its name. */
        public Map<String, Double> terms() {
            return terms;
        }

        /** The frames of the batch. */
        public List<String> frames() {
            return frames;
        }
    }
}
