package dev.understudy.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Script;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.loss.JointLoss.LossTerm;
import dev.understudy.trainer.loss.JointLoss.OutputMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A loss on predictions that already have the target's size; for heads of few channels. Stateless; its components are
 * what recipes set.
 */
public interface PixelLoss {
    /** As {@link TaskLoss#divisor}. */
    double divisor(Batch batch);

    /**
     * @param prediction images × height × width × channels, at the target's size
     * @param gradient zeros of the same length, which receive the derivative by {@code prediction}
     * @return the loss
     */
    double of(float[] prediction, Batch batch, double divisor, float[] gradient);

    /**
     * The same in TorchScript. There are {@code p}, the prediction, and {@code t}, the target, both N×C×H×W float32,
     * and {@code divisor}, a number; it makes {@code value}, the loss as one float64 of shape [1], and {@code dp}, the
     * derivative by {@code p}. Where nothing is annotated nothing may come through, whatever {@code p} is there.
     */
    String tensors();

    /** N·H·W·C numbers that the loss compares with, C as many as its head has channels. */
    float[] target(Batch batch);

    /** A {@link PixelLoss} behind the upsampling that brings the network's output to the target's size. */
    record UpsampledLoss(PixelLoss loss) implements TaskLoss {
        private static final Map<String, Script> SCRIPTS = new ConcurrentHashMap<>();

        private static final String BEFORE = """
                  divisor = float(torch.select(scalars, 0, 0))
                  t = torch.permute(target, [0, 3, 1, 2])
                  size = [torch.size(t, 2), torch.size(t, 3)]
                  p = torch.upsample_bilinear2d(x, size, False, None, None)
                """;
        private static final String AFTER = """
                  dx = torch.upsample_bilinear2d_backward(dp, size, torch.size(x), False, None, None)
                  return [value, dx]
                """;

        @Override
        public double divisor(Batch batch) {
            return loss.divisor(batch);
        }

        @Override
        public LossTerm of(OutputMap output, Batch batch, double divisor, Workers workers) {
            BilinearUpsampling upsampling = new BilinearUpsampling(output, batch.height(), batch.width());
            float[] prediction = upsampling.upsample(output, workers);
            float[] gradient = new float[prediction.length];
            double value = loss.of(prediction, batch, divisor, gradient);
            return new LossTerm(value, upsampling.fold(gradient, output, workers));
        }

        @Override
        public TensorTerm of(NDArray outputNchw, Batch batch, double divisor) {
            Script script = SCRIPTS.computeIfAbsent(
                    loss.tensors(), body -> Script.of("x, target, scalars", BEFORE + body + AFTER));
            long channels = outputNchw.getShape().get(1);
            Shape shape = new Shape(batch.images(), batch.height(), batch.width(), channels);
            NDArray target = TensorTerm.floats(outputNchw, loss.target(batch), shape);
            try (NDManager host = NativeEngine.newManager(NativeEngine.cpu())) {
                return TensorTerm.of(script, outputNchw, target, host.create(new double[] {divisor}));
            }
        }
    }

    /** Over which pixels a regression loss takes its mean. */
    enum Mean {
        /** Pixels that carry a measurement: what a user expects. */
        VALID,
        /** All pixels of the batch, as the authors' code does: a half-empty map counts half. */
        ALL
    }
}
