package dev.understudy.pipeline.label;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.files.DataException;
import dev.understudy.pipeline.label.ReadAhead.FrameTrouble;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.testng.Assert;
import org.testng.annotations.Test;

public class FrameTroubleTest {
    private static final FrameRecord FRAME = FrameRecord.of("a", "a.png").build();

    @Test
    public void aFrameIsNotToBlameForBadLuckNorForOurMistakes() {
        for (Throwable failure : new Throwable[] {
            new IllegalStateException("bad luck"),
            new UncheckedIOException(new IOException("the disk is gone")),
            new OutOfMemoryError("unable to create native thread: possibly out of threads"),
            new OutOfMemoryError("Metaspace"),
            new NullPointerException()
        }) {
            Assert.assertNull(FrameTrouble.of(FRAME, failure), failure.toString());
            Assert.assertNull(FrameTrouble.inFilesOf(FRAME, failure), failure.toString());
        }
    }

    @Test
    public void whatADecoderTripsOverIsTheFrames() {
        DataException told = new DataException("a.png: cut off");
        Assert.assertSame(FrameTrouble.inFilesOf(FRAME, told), told);
        for (RuntimeException failure : new RuntimeException[] {
            new ArithmeticException("/ by zero"),
            new NegativeArraySizeException("-3"),
            new ArrayIndexOutOfBoundsException("Index 9"),
            new IllegalArgumentException("a map of 0×0 pixels")
        }) {
            String message = String.valueOf(FrameTrouble.inFilesOf(FRAME, failure));
            Assert.assertTrue(message.contains("a: cannot be ") && message.contains(failure.getMessage()), message);
        }
    }
}
