package dev.understudy.trainer.loss;

import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.loss.PixelLoss.Mean;

/** What recipes may name under {@code loss.normals}. */
public sealed interface NormalsLoss extends PixelLoss {

    /** One minus the cosine of the angle between the predicted normal, of any length, and the true one. */
    @Named("cosine")
    record CosineNormals(@Default("valid") Mean mean) implements NormalsLoss {
        private static final double SHORTEST = 1e-8;

        @Override
        public double divisor(Batch batch) {
            int valid = 0;
            for (int i = 0; i < batch.pixels(); i++) {
                valid += hasNormal(batch.normalsNhwc(), 3 * i) ? 1 : 0;
            }
            return valid == 0 || mean == Mean.VALID ? valid : batch.pixels();
        }

        @Override
        public double of(float[] prediction, Batch batch, double divisor, float[] gradient) {
            float[] target = batch.normalsNhwc();
            double sum = 0;
            for (int i = 0; i < prediction.length; i += 3) {
                if (hasNormal(target, i)) {
                    sum += pixel(prediction, target, i, divisor, gradient);
                }
            }
            return sum / divisor;
        }

        private static double pixel(float[] prediction, float[] target, int i, double divisor, float[] gradient) {
            double x = prediction[i];
            double y = prediction[i + 1];
            double z = prediction[i + 2];
            double length = Math.max(Math.sqrt(x * x + y * y + z * z), SHORTEST);
            double u = target[i];
            double v = target[i + 1];
            double w = target[i + 2];
            double truth = Math.sqrt(u * u + v * v + w * w);
            double cosine = (x * u + y * v + z * w) / (length * truth);
            gradient[i] = (float) ((cosine * x / length - u / truth) / (length * divisor));
            gradient[i + 1] = (float) ((cosine * y / length - v / truth) / (length * divisor));
            gradient[i + 2] = (float) ((cosine * z / length - w / truth) / (length * divisor));
            return 1 - cosine;
        }

        @Override
        public String tensors() {
            return """
                      has = torch.any(torch.ne(t, 0), 1, True)
                      one = torch.ones_like(torch.narrow(p, 1, 0, 1))
                      length = torch.clamp(torch.sqrt(torch.sum(torch.mul(p, p), [1], True)), SHORTEST)
                      truth = torch.where(has, torch.sqrt(torch.sum(torch.mul(t, t), [1], True)), one)
                      u = torch.div(t, truth)
                      q = torch.div(p, length)
                      cosine = torch.sum(torch.mul(q, u), [1], True)
                      each = torch.where(has, torch.sub(one, cosine), torch.zeros_like(one))
                      value = torch.reshape(torch.div(torch.sum(each, dtype=7), divisor), [1])
                      by = torch.div(torch.sub(torch.mul(cosine, q), u), torch.mul(length, divisor))
                      dp = torch.where(has, by, torch.zeros_like(by))
                    """.replace("SHORTEST", Double.toString(SHORTEST));
        }

        @Override
        public float[] target(Batch batch) {
            return batch.normalsNhwc();
        }

        private static boolean hasNormal(float[] normals, int i) {
            return normals[i] != 0 || normals[i + 1] != 0 || normals[i + 2] != 0;
        }
    }
}
