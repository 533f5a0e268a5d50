package dev.understudy.trainer.loss;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.loss.CrossEntropy.Normalisation;
import dev.understudy.trainer.loss.CrossEntropy.Softmax;
import dev.understudy.trainer.loss.JointLoss.OutputMap;
import java.util.List;
import org.testng.annotations.Test;

public class CrossEntropyTest {
    @Test
    public void equalsTheTextbook() {
        Batch batch = Batches.random(5, 5);
        OutputMap output = Batches.output(6, 5, 0);
        CrossEntropy loss = new CrossEntropy(Normalisation.VALID, Softmax.ALL, List.of(), 0);
        assertEquals(
                loss.of(output, batch, loss.divisor(batch), new Workers(1)).value(),
                textbook(batch, output) / labelled(batch),
                1e-6);
    }

    private static double textbook(Batch batch, OutputMap output) {
        float[] logits = new BilinearUpsampling(output, batch.height(), batch.width()).upsample(output, new Workers(1));
        double sum = 0;
        for (int i = 0; i < batch.pixels(); i++) {
            int label = batch.classesNhw()[i] & 0xFF;
            double exponentials = 0;
            for (int c = 0; c < 5; c++) {
                exponentials += Math.exp(logits[5 * i + c]);
            }
            sum += label == 255 ? 0 : batch.weightAt(i) * (Math.log(exponentials) - logits[5 * i + label]);
        }
        return sum;
    }

    private static int labelled(Batch batch) {
        int count = 0;
        for (byte label : batch.classesNhw()) {
            count += label == (byte) 255 ? 0 : 1;
        }
        return count;
    }

    @Test
    public void divisorsDifferAsNamed() {
        Batch batch = Batches.random(5, 5);
        double valid = divisor(batch, Normalisation.VALID);
        double kept = divisor(batch, Normalisation.KEPT);
        double weighted = divisor(batch, Normalisation.WEIGHTED);
        double all = divisor(batch, Normalisation.ALL);
        assertEquals(valid, (double) labelled(batch));
        assertEquals(all, (double) batch.pixels());
        assertTrue(weighted < kept && kept < valid && valid < all, weighted + " " + kept + " " + valid + " " + all);
    }

    private static double divisor(Batch batch, Normalisation normalisation) {
        return new CrossEntropy(normalisation, Softmax.ALL, List.of(), 0).divisor(batch);
    }

    @Test
    public void aSliceLeavesTheOtherOutputsAlone() {
        List<ClassSlice> slices = List.of(new ClassSlice(0, 3), new ClassSlice(3, 5));
        Batch batch = Batches.random(7, slices);
        OutputMap output = Batches.output(8, 5, 0);
        float[] slice = gradient(batch, output, Softmax.SLICE);
        float[] all = gradient(batch, output, Softmax.ALL);
        for (int i = 0; i < slice.length; i++) {
            boolean second = i >= output.imageSize();
            boolean own = second == (i % 5 >= 3);
            assertEquals(slice[i] != 0, own, "output " + i);
            assertNotEquals(all[i], 0f);
        }
    }

    private static float[] gradient(Batch batch, OutputMap output, Softmax softmax) {
        CrossEntropy loss = new CrossEntropy(Normalisation.VALID, softmax, List.of(), 0);
        return loss.of(output, batch, loss.divisor(batch), new Workers(1))
                .gradient()
                .nhwc();
    }
}
