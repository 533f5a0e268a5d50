package dev.understudy.trainer.loss;

import static org.testng.Assert.assertEquals;

import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.data.BatchBuilder;
import dev.understudy.trainer.loss.DepthLoss.AbsoluteError;
import dev.understudy.trainer.loss.DepthLoss.InverseHuber;
import dev.understudy.trainer.loss.DepthLoss.ScaleInvariantLog;
import dev.understudy.trainer.loss.PixelLoss.Mean;
import java.util.List;
import org.testng.annotations.Test;

/** Values worked out by hand. */
public class DepthLossTest {
    /** Four pixels: errors 0.1, 1 and 0 (a negative prediction counts as 0), and one pixel without depth. */
    private static final float[] TARGET = {2, 3, 0, 1};

    private static final float[] PREDICTION = {2.1f, 4, 7, 1};

    private static Batch batch(float[] depth) {
        return BatchBuilder.builder()
                .height(2)
                .width(2)
                .ids(List.of("a"))
                .slices(List.of(ClassSlice.all(1)))
                .rgbNhwc(new float[12])
                .classesNhw(new byte[4])
                .depthNhw(depth)
                .normalsNhwc(new float[12])
                .build();
    }

    @Test
    public void inverseHuberOverValidPixels() {
        double largeBranch = (1 + 0.04) / 0.4;
        assertEquals(value(new InverseHuber(Mean.VALID)), (0.1 + largeBranch + 0) / 3, 1e-6);
    }

    @Test
    public void inverseHuberOverAllPixelsCountsHalfEmptyMapsLess() {
        double largeBranch = (1 + 0.04) / 0.4;
        assertEquals(value(new InverseHuber(Mean.ALL)), (0.1 + largeBranch + 0) / 4, 1e-6);
    }

    @Test
    public void absoluteError() {
        assertEquals(value(new AbsoluteError(Mean.VALID)), 1.1 / 3, 1e-6);
    }

    @Test
    public void scaleInvariantLogForgivesAFactor() {
        float[] doubled = {4, 6, 0, 2};
        Batch batch = batch(TARGET);
        ScaleInvariantLog blind = new ScaleInvariantLog(1);
        assertEquals(blind.of(doubled, batch, blind.divisor(batch), new float[4]), 0, 1e-6);
        ScaleInvariantLog sharp = new ScaleInvariantLog(0);
        assertEquals(sharp.of(doubled, batch, sharp.divisor(batch), new float[4]), Math.log(2), 1e-6);
    }

    private static double value(PixelLoss loss) {
        Batch batch = batch(TARGET);
        return loss.of(PREDICTION, batch, loss.divisor(batch), new float[4]);
    }
}
