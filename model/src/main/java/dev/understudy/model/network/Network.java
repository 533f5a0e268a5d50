package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import java.util.List;
import java.util.Map;

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
     * @param training batch statistics, dropout and gradients on
     * @return [N, classes, h, w] logits; [N, 1, h, w] metres, may be negative; [N, 3, h, w] not normalised. Attached to
     *     the manager of {@code imagesNchw}.
     */
    Map<Task, NDArray> forward(NDArray imagesNchw, boolean training);

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
     * Takes every parameter from a checkpoint.
     *
     * @throws dev.understudy.model.checkpoint.CheckpointException if a tensor is missing, left over or of another shape;
     *     nothing is changed then
     */
    void load(Checkpoint checkpoint);

    /** A copy of every parameter and statistic, as float32. */
    Checkpoint snapshot();

    @Override
    void close();
}
