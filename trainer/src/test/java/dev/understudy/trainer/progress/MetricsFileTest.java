package dev.understudy.trainer.progress;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class MetricsFileTest {
    private Path file;

    @BeforeMethod
    public void chooseFile() throws IOException {
        file = Scratch.folder("metrics").resolve("metrics.jsonl");
    }

    private String goOnAfter(long done) throws IOException {
        try (MetricsFile metrics = new MetricsFile(file)) {
            metrics.started(done, 10);
        }
        return Files.readString(file);
    }

    @Test
    public void whoGoesOnDropsLaterStepsAndWhatACrashCutOff() throws IOException {
        assertEquals(goOnAfter(0), "");
        Files.writeString(file, "{\"step\":1,\"loss\":2.0}\n{\"step\":2,\"note\":\"ü 厨\"}\n{\"step\":3}\n{\"ste");
        assertEquals(goOnAfter(2), "{\"step\":1,\"loss\":2.0}\n{\"step\":2,\"note\":\"ü 厨\"}\n");
    }

    @Test
    public void aLineWithoutEndIsToldInBoundedMemoryAndTheFileStaysAsItIs() throws IOException {
        String before = "{\"step\":1}\n" + "\0".repeat(3_000_000);
        Files.writeString(file, before);
        String told = expectThrows(DataException.class, () -> goOnAfter(1)).getMessage();
        assertTrue(told.startsWith(file + ":2: found a line of more than 1048576 characters"), told);
        assertEquals(Files.readString(file), before);
    }
}
