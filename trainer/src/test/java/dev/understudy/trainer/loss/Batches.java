package dev.understudy.trainer.loss;

import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.data.BatchBuilder;
import dev.understudy.trainer.loss.JointLoss.OutputMap;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Random targets: a quarter of the pixels carries no annotation. */
final class Batches {
    static final int IMAGES = 2;
    static final int HEIGHT = 7;
    static final int WIDTH = 9;

    private Batches() {}

    static Batch random(long seed, List<ClassSlice> slices) {
        Random random = new Random(seed);
        int pixels = IMAGES * HEIGHT * WIDTH;
        byte[] classes = new byte[pixels];
        float[] weight = new float[pixels];
        float[] depth = new float[pixels];
        float[] normals = new float[3 * pixels];
        for (int i = 0; i < pixels; i++) {
            ClassSlice slice = slices.get(i / (HEIGHT * WIDTH));
            classes[i] = (byte) (random.nextInt(4) == 0 ? 255 : random.nextInt(slice.size()));
            weight[i] = random.nextInt(4) == 0 ? 0 : random.nextFloat();
            depth[i] = random.nextInt(4) == 0 ? 0 : 1 + 4 * random.nextFloat();
            boolean none = random.nextInt(4) == 0;
            for (int c = 0; c < 3; c++) {
                normals[3 * i + c] = none ? 0 : (float) random.nextGaussian();
            }
        }
        return BatchBuilder.builder()
                .height(HEIGHT)
                .width(WIDTH)
                .ids(ids())
                .slices(slices)
                .rgbNhwc(new float[3 * pixels])
                .classesNhw(classes)
                .weightNhw(weight)
                .depthNhw(depth)
                .normalsNhwc(normals)
                .build();
    }

    static Batch random(long seed, int classes) {
        return random(seed, Collections.nCopies(IMAGES, ClassSlice.all(classes)));
    }

    /** Nothing is annotated. */
    static Batch empty() {
        int pixels = IMAGES * HEIGHT * WIDTH;
        byte[] classes = new byte[pixels];
        java.util.Arrays.fill(classes, (byte) 255);
        return BatchBuilder.builder()
                .height(HEIGHT)
                .width(WIDTH)
                .ids(ids())
                .slices(Collections.nCopies(IMAGES, ClassSlice.all(5)))
                .rgbNhwc(new float[3 * pixels])
                .classesNhw(classes)
                .depthNhw(new float[pixels])
                .normalsNhwc(new float[3 * pixels])
                .build();
    }

    static OutputMap output(long seed, int channels, double mean) {
        Random random = new Random(seed);
        float[] values = new float[IMAGES * 2 * 3 * channels];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (mean + random.nextGaussian());
        }
        return new OutputMap(IMAGES, 2, 3, channels, values);
    }

    private static List<String> ids() {
        return IntStream.range(0, IMAGES).mapToObj(i -> "frame/" + i).toList();
    }
}
