package dev.understudy.trainer.loss;

import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.trainer.data.Batch;

/** Mean absolute error of depth, in metres. */
@Named("l1")
public record AbsoluteError(@Default("valid") Mean mean) implements DepthLoss {
    @Override
    public double divisor(Batch batch) {
        return DepthPixels.divisor(batch, mean);
    }

    @Override
    public double of(float[] prediction, Batch batch, double divisor, float[] gradient) {
        float[] target = batch.depthNhw();
        double sum = 0;
        for (int i = 0; i < prediction.length; i++) {
            if (target[i] > 0) {
                float difference = prediction[i] - target[i];
                sum += Math.abs(difference);
                gradient[i] = (float) (Math.signum(difference) / divisor);
            }
        }
        return sum / divisor;
    }

    @Override
    public String tensors() {
        return """
                  valid = torch.gt(t, 0)
                  zeros = torch.zeros_like(p)
                  d = torch.where(valid, torch.sub(p, t), zeros)
                  value = torch.reshape(torch.div(torch.sum(torch.abs(d), dtype=7), divisor), [1])
                  dp = torch.div(torch.sign(d), divisor)
                """;
    }

    @Override
    public float[] target(Batch batch) {
        return batch.depthNhw();
    }
}
