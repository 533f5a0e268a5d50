package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.network.Operation.BatchNorm;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A network in its trainable form. Not safe for use by several threads at once.
 */
public interface Network extends AutoCloseable {
    /** As on the command line, for example {@code lw-refinenet152}. */
    String architecture();

    /** The tasks with a head, in the order segmentation, depth, normals. */
    List<Task> tasks();

    /**
     * Runs the network at its own output stride, with no resizing of the outputs.
     *
     * @param imagesNchw normalised images, float32; stays the caller's
     * @param training with batch statistics and dropout, and keeping what {@link #backward} needs; the pictures must
     *     then live as long
     * @return [N, classes, h, w] logits; [N, 1, h, w] metres, may be negative; [N, 3, h, w] not normalised. Attached to
     *     the manager of {@code imagesNchw}.
     */
    Map<Task, NDArray> forward(NDArray imagesNchw, boolean training);

    /**
     * Lets pictures go through the network as it is outside of training, and shows what goes into each batch-norm.
     *
     * @param imagesNchw normalised images, float32; stays the caller's
     * @param observer gets the layer and its input, NCHW, which it must neither keep nor change
     */
    void observeNorms(NDArray imagesNchw, BiConsumer<BatchNorm, NDArray> observer);

    /**
     * Backpropagation through the last {@link #forward} that was for training, once: adds to the gradient of every
     * parameter whose array asks for gradients.
     *
     * @param gradients of a loss by the outputs of some tasks, in their shapes; stay the caller's
     */
    void backward(Map<Task, NDArray> gradients);

    /**
     * What has gathered on a parameter since {@link #zeroGradients}, in its memory order; null if nothing has ever
     * reached it. It stays the network's, and may be changed in place until the gradients are next zeroed.
     */
    @Nullable
    NDArray gradient(String parameter);

    /** Forgets what has gathered. */
    void zeroGradients();

    /**
     * Every parameter and running statistic under its original name, in the original's order. Batch-norm's running mean
     * and variance are among them; {@code num_batches_tracked} is not.
     */
    Map<String, Parameter> parameters();

    /** Whether a parameter belongs to the encoder, which trains at a rate of its own. */
    boolean isEncoder(String parameter);

    /**
     * With true, batch-norm layers use their running statistics in training too and do not update them; their affine
     * parameters still train.
     */
    void freezeBatchNorm(boolean frozen);

    /**
     * In what numbers a pass for training goes there and back: what layers hand on, and the weights as they use them.
     * Weights themselves, running statistics, what is handed out and gradients of weights stay float32.
     *
     * @throws dev.understudy.conf.ConfigurationException if that cannot be calculated on the network's device
     */
    void trainIn(Precision precision);

    /**
     * Takes every parameter from a checkpoint.
     *
     * @throws dev.understudy.model.checkpoint.CheckpointException if a tensor is missing, left over or of another
     *     shape; nothing is changed then
     */
    void load(Checkpoint checkpoint);

    /** A copy of every parameter and statistic, as float32. */
    Checkpoint snapshot();

    @Override
    void close();

    /** Another network, but for what is said otherwise. Closing it closes the network. */
    interface Wrapper extends Network {
        Network network();

        @Override
        default String architecture() {
            return network().architecture();
        }

        @Override
        default List<Task> tasks() {
            return network().tasks();
        }

        @Override
        default Map<Task, NDArray> forward(NDArray imagesNchw, boolean training) {
            return network().forward(imagesNchw, training);
        }

        @Override
        default void observeNorms(NDArray imagesNchw, BiConsumer<BatchNorm, NDArray> observer) {
            network().observeNorms(imagesNchw, observer);
        }

        @Override
        default void backward(Map<Task, NDArray> gradients) {
            network().backward(gradients);
        }

        @Override
        default @Nullable NDArray gradient(String parameter) {
            return network().gradient(parameter);
        }

        @Override
        default void zeroGradients() {
            network().zeroGradients();
        }

        @Override
        default Map<String, Parameter> parameters() {
            return network().parameters();
        }

        @Override
        default boolean isEncoder(String parameter) {
            return network().isEncoder(parameter);
        }

        @Override
        default void freezeBatchNorm(boolean frozen) {
            network().freezeBatchNorm(frozen);
        }

        @Override
        default void trainIn(Precision precision) {
            network().trainIn(precision);
        }

        @Override
        default void load(Checkpoint checkpoint) {
            network().load(checkpoint);
        }

        @Override
        default Checkpoint snapshot() {
            return network().snapshot();
        }

        @Override
        default void close() {
            network().close();
        }
    }
}
