package dev.understudy.trainer.loss;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertSame;
import static org.testng.Assert.assertTrue;

import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.loss.CrossEntropy.Normalisation;
import dev.understudy.trainer.loss.CrossEntropy.Softmax;
import dev.understudy.trainer.loss.JointLoss.LossTerm;
import dev.understudy.trainer.loss.JointLoss.OutputMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class WorkersTest {
    @DataProvider
    public Object[][] counts() {
        return new Object[][] {{1}, {2}, {7}};
    }

    /** Nobody gets past the barrier before as many have come as threads were given; no more ever work at once. */
    @Test(dataProvider = "counts", timeOut = 60_000)
    public void asManyWorkAtOnceAsWereGiven(int count) {
        CyclicBarrier together = new CyclicBarrier(count);
        AtomicInteger working = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Set<Integer> done = ConcurrentHashMap.newKeySet();
        new Workers(count).forEach(3 * count, task -> {
            most.accumulateAndGet(working.incrementAndGet(), Math::max);
            meet(together);
            working.decrementAndGet();
            done.add(task);
        });
        assertEquals(done.size(), 3 * count);
        assertEquals(most.get(), count);
    }

    private static void meet(CyclicBarrier together) {
        try {
            together.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    public void oneThreadIsTheCallers() {
        Thread caller = Thread.currentThread();
        new Workers(1).forEach(3, task -> assertSame(Thread.currentThread(), caller));
    }

    @Test
    public void crossEntropyIsTheSameOnAnyNumberOfThreads() {
        CrossEntropy loss = new CrossEntropy(Normalisation.VALID, Softmax.ALL, List.of(), 0.1);
        Batch batch = Batches.random(5, 5);
        OutputMap output = Batches.output(6, 5, 0);
        double divisor = loss.divisor(batch);
        LossTerm one = loss.of(output, batch, divisor, new Workers(1));
        for (int count : List.of(2, 3, 5, 16, 64)) {
            LossTerm several = loss.of(output, batch, divisor, new Workers(count));
            assertEquals(several.value(), one.value(), 1e-9, count + " threads");
            for (int i = 0; i < one.gradient().nhwc().length; i++) {
                assertEquals(several.gradient().nhwc()[i], one.gradient().nhwc()[i], 1e-6f, count + " threads, " + i);
            }
        }
    }

    /** A picture is shared by several threads where there are more of them than pictures. */
    @Test(timeOut = 60_000)
    public void crossEntropyUsesMoreThreadsThanThereArePictures() {
        assertTrue(CrossEntropy.bands(2, 16, 100) * 2 >= 16);
        assertEquals(CrossEntropy.bands(4, 4, 100), 1);
        assertEquals(CrossEntropy.bands(4, 1, 100), 1);
        assertEquals(CrossEntropy.bands(1, 16, 3), 3);
    }
}
