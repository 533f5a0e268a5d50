package dev.understudy.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.trainer.data.TrainingFrame;

/** Share of a few squares' output cells whose largest logit is wrong. */
final class TestLoss {
    private TestLoss() {}

    static double of(SmallNetwork network) {
        Squares squares = new Squares(4, "validation", true);
        int wrong = 0;
        int cells = 0;
        for (int f = 0; f < squares.size(); f++) {
            TrainingFrame frame = squares.get(f);
            int width = frame.rgb().width();
            int height = frame.rgb().height();
            float[] rgb = new float[3 * width * height];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = ((frame.rgb().rgb()[i] & 0xFF) / 255f - 0.45f) / 0.226f;
            }
            try (NDManager arrays = network.manager().newSubManager()) {
                NDArray images =
                        arrays.create(rgb, new Shape(1, height, width, 3)).transpose(0, 3, 1, 2);
                NDArray logits = network.forward(images, false).get(Task.SEGMENTATION);
                long[] winners = logits.argMax(1).toLongArray();
                for (int i = 0; i < winners.length; i++) {
                    int x = 4 * (i % (width / 4)) + 2;
                    int y = 4 * (i / (width / 4)) + 2;
                    cells++;
                    wrong += winners[i] == frame.segmentation().classAt(y * width + x) ? 0 : 1;
                }
            }
        }
        return (double) wrong / cells;
    }
}
