package dev.understudy.trainer.loss;

import dev.understudy.trainer.data.Batch;

/** A {@link PixelLoss} behind the upsampling that brings the network's output to the target's size. */
record UpsampledLoss(PixelLoss loss) implements TaskLoss {
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
}
