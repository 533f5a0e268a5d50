package dev.understudy.trainer;

import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingFrameBuilder;
import dev.understudy.trainer.data.TrainingSet;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Pictures of a coloured square on a wall: its colour tells its class and its distance. */
public record Squares(int size, String prefix, boolean withDepth) implements TrainingSet {
    private static final int WIDTH = 40;
    private static final int HEIGHT = 32;

    @Override
    public TrainingFrame get(int index) {
        SplittableRandom random = new SplittableRandom(prefix.hashCode() * 31L + index);
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        byte[] classes = new byte[WIDTH * HEIGHT];
        float[] depth = new float[WIDTH * HEIGHT];
        int kind = 1 + random.nextInt(SmallNetwork.CLASSES - 1);
        int left = random.nextInt(WIDTH / 2);
        int top = random.nextInt(HEIGHT / 2);
        for (int i = 0; i < classes.length; i++) {
            int x = i % WIDTH;
            int y = i / WIDTH;
            boolean inside = x >= left && x < left + WIDTH / 2 && y >= top && y < top + HEIGHT / 2;
            classes[i] = (byte) (inside ? kind : 0);
            depth[i] = inside ? kind : 4;
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = (byte) (random.nextInt(60) + (inside && c == kind ? 180 : 20));
            }
        }
        @Nullable DepthMap map = withDepth ? new DepthMap(WIDTH, HEIGHT, depth) : null;
        return TrainingFrameBuilder.builder()
                .id(prefix + "/" + index)
                .rgb(new RgbImage(WIDTH, HEIGHT, rgb))
                .segmentation(new LabelMap(WIDTH, HEIGHT, classes))
                .depth(map)
                .build();
    }
}
