package dev.understudy.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Script;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.data.SoftLabels;
import dev.understudy.trainer.loss.CrossEntropy.Softmax;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;

/**
 * {@link CrossEntropy} as tensor operations, picture by picture: the upsampled logits of one picture exist at a time.
 * The derivative of a pixel is (a + b)·p − a·q − b·w/Σw, with p the posterior, q what the pixel is taught (its class,
 * or its soft label with the remainder shared out as the network does), a what its class counts and b what smoothing
 * adds.
 */
final class CrossEntropyTensors {
    /** By whether there are soft labels. */
    private static final Map<Boolean, Script> SCRIPTS = new ConcurrentHashMap<>();

    private static final String PIXELS = """
              n, h, w = torch.size(x, 0), torch.size(x, 2), torch.size(x, 3)
              size = [torch.size(labels, 2), torch.size(labels, 3)]
              divisor = float(torch.select(scalars, 0, 0))
              smoothing = float(torch.select(scalars, 0, 1))
              gradient = torch.zeros_like(x)
              sums = annotate(List[Tensor], [])
              for k in range(n):
                bound = torch.select(bounds, 0, k)
                first = int(torch.select(bound, 0, 0))
                count = int(torch.select(bound, 0, 1))
                shift = int(torch.select(bound, 0, 2))
                classes = int(torch.select(bound, 0, 3))
                z = torch.upsample_bilinear2d(torch.narrow(torch.narrow(x, 0, k, 1), 1, first, count), size, False, None, None)
                label = torch.narrow(labels, 0, k, 1)
                weight = torch.narrow(weights, 0, k, 1)
                counted = torch.logical_and(torch.ne(label, 255), torch.gt(weight, 0))
                index = torch.add(torch.to(torch.where(counted, label, torch.zeros_like(label)), 4, False, False, None), shift)
                logSum = torch.logsumexp(z, [1], True)
                cw = torch.reshape(torch.narrow(classWeights, 0, first, count), [1, count, 1, 1])
                hit = torch.mul(torch.gather(torch.expand(cw, [1, count, size[0], size[1]]), 1, index), 1. - smoothing)
                each = smoothing / count
                all = torch.mul(torch.sum(cw), each)
                taught = torch.scatter(torch.zeros_like(z), 1, index, 1.)
                expected = torch.gather(z, 1, index)
            """;

    /** kept = the levels of the classes told apart; the others of the data set share the rest as the network does. */
    private static final String SOFT = """
                told = torch.narrow(softClasses, 0, k, 1)
                level = torch.narrow(softLevels, 0, k, 1)
                known = torch.logical_and(torch.gt(level, 0), torch.ne(told, 255))
                told1 = torch.add(torch.to(torch.where(known, told, torch.zeros_like(told)), 4, False, False, None), shift)
                level1 = torch.to(torch.where(known, level, torch.zeros_like(level)), 6, False, False, None)
                kept = torch.scatter_add(torch.zeros_like(z), 1, told1, level1)
                inside = torch.zeros_like(z)
                _0 = torch.fill_(torch.narrow(inside, 1, shift, classes), 1.)
                other = torch.logical_and(torch.eq(kept, 0), torch.gt(inside, 0))
                anyOther = torch.any(other, 1, True)
                sum = torch.sum(kept, [1], True)
                whole = torch.where(anyOther, torch.clamp(sum, 255.), sum)
                rest = torch.where(anyOther, torch.div(torch.sub(whole, sum), whole), torch.zeros_like(sum))
                some = torch.gt(rest, 0)
                among = torch.logsumexp(torch.masked_fill(z, torch.logical_not(other), -1e38), [1], True)
                among1 = torch.where(some, among, torch.zeros_like(among))
                share = torch.exp(torch.sub(z, among1))
                share1 = torch.where(torch.logical_and(other, some), torch.mul(share, rest), torch.zeros_like(share))
                q = torch.div(kept, whole)
                soft = torch.any(torch.gt(level, 0), 1, True)
                told2 = torch.where(torch.gt(q, 0), torch.mul(q, z), torch.zeros_like(z))
                expected1 = torch.add(torch.sum(told2, [1], True), torch.mul(rest, among1))
                taught = torch.where(soft, torch.add(q, share1), taught)
                expected = torch.where(soft, expected1, expected)
            """;

    private static final String DERIVATIVE = """
                loss = torch.mul(hit, torch.sub(logSum, expected))
                dz = torch.mul(torch.exp(torch.sub(z, logSum)), torch.add(hit, all))
                dz1 = torch.sub(dz, torch.mul(taught, hit))
                if smoothing > 0.:
                  evenly = torch.mul(torch.sum(torch.mul(z, cw), [1], True), each)
                  loss = torch.add(loss, torch.sub(torch.mul(logSum, all), evenly))
                  dz1 = torch.sub(dz1, torch.mul(cw, each))
                else:
                  pass
                none = torch.zeros_like(loss)
                _1 = torch.append(sums, torch.sum(torch.where(counted, torch.mul(loss, weight), none), dtype=7))
                dz2 = torch.where(counted, torch.mul(dz1, torch.div(weight, divisor)), torch.zeros_like(dz1))
                dx = torch.upsample_bilinear2d_backward(dz2, size, [1, count, h, w], False, None, None)
                _2 = torch.copy_(torch.narrow(torch.narrow(gradient, 0, k, 1), 1, first, count), dx)
              return [torch.reshape(torch.div(torch.sum(torch.stack(sums)), divisor), [1]), gradient]
            """;

    private CrossEntropyTensors() {}

    /** @param classWeights one for each output */
    static TensorTerm of(CrossEntropy loss, double[] classWeights, NDArray x, Batch batch, double divisor) {
        Shape one = new Shape(batch.images(), 1, batch.height(), batch.width());
        NDArray labels = TensorTerm.bytes(x, batch.classesNhw(), one);
        float[] weights = batch.weightNhw();
        NDArray pixelWeights = weights == null ? x.getManager().ones(one) : TensorTerm.floats(x, weights, one);
        float[] byClass = new float[classWeights.length];
        for (int c = 0; c < byClass.length; c++) {
            byClass[c] = (float) classWeights[c];
        }
        NDArray byOutput = TensorTerm.floats(x, byClass, new Shape(byClass.length));
        SoftLabels soft = batch.soft();
        Script script = SCRIPTS.computeIfAbsent(soft != null, CrossEntropyTensors::script);
        try (NDManager host = NativeEngine.newManager(NativeEngine.cpu())) {
            NDArray bounds = host.create(bounds(loss, batch, byClass.length), new Shape(batch.images(), 4));
            NDArray scalars = host.create(new double[] {divisor, loss.labelSmoothing()});
            if (soft == null) {
                return TensorTerm.of(script, x, labels, pixelWeights, byOutput, bounds, scalars);
            }
            Shape each = new Shape(batch.images(), batch.height(), batch.width(), soft.topK());
            NDArray told = TensorTerm.bytes(x, soft.classes(), each).transpose(0, 3, 1, 2);
            NDArray levels = TensorTerm.bytes(x, soft.levels(), each).transpose(0, 3, 1, 2);
            return TensorTerm.of(script, x, labels, pixelWeights, byOutput, bounds, scalars, told, levels);
        }
    }

    private static Script script(boolean soft) {
        String names = "x, labels, weights, classWeights, bounds, scalars" + (soft ? ", softClasses, softLevels" : "");
        return Script.of(names, PIXELS + (soft ? SOFT : "") + DERIVATIVE);
    }

    /** By picture: first output of the softmax, how many, the first of the picture's own classes there, how many. */
    private static long[] bounds(CrossEntropy loss, Batch batch, int outputs) {
        return batch.slices().stream()
                .flatMapToLong(own -> {
                    ClassSlice all = loss.softmax() == Softmax.SLICE ? own : ClassSlice.all(outputs);
                    return LongStream.of(all.from(), all.size(), own.from() - all.from(), own.size());
                })
                .toArray();
    }
}
