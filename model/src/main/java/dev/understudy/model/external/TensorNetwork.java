package dev.understudy.model.external;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/** A network as an engine runs it: one float tensor in, named tensors out. Safe for several threads at once. */
public interface TensorNetwork extends AutoCloseable {
    /** Whether it takes several pictures at once. */
    boolean takesBatches();

    /**
     * @param inputNchw direct, native order, {@code n·3·height·width} values
     * @param outputs names of the outputs that are wanted
     * @return by name, each with the batch as its first dimension
     * @throws dev.understudy.files.DataException if the network fails on this input
     */
    Map<String, OutputTensor> run(FloatBuffer inputNchw, long[] shape, List<String> outputs);

    /** Releases native memory; closing twice does nothing. */
    @Override
    void close();

    /** @param values row-major; whole numbers as floats */
    record OutputTensor(long[] shape, float[] values) {}
}
