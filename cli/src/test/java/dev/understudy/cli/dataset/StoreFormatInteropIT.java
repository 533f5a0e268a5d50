package dev.understudy.cli.dataset;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.files.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.testng.SkipException;
import org.testng.annotations.Test;

/**
 * h5py writes a store by docs/store-format.md that the product reads, and reads one that the product wrote. Runs where
 * {@code UNDERSTUDY_PYTHON} names a Python with h5py; {@link StoreFormatTest} does without.
 */
public class StoreFormatInteropIT {
    @Test
    public void storesGoBothWays() throws Exception {
        String python = System.getenv("UNDERSTUDY_PYTHON");
        if (python == null || end(new ProcessBuilder(python, "-c", "import h5py, numpy")) != 0) {
            throw new SkipException("UNDERSTUDY_PYTHON names no Python with h5py");
        }
        try (Scratch scratch = Scratch.create()) {
            Path ours = scratch.resolve("ours");
            StoreFormatTest.writeOwn(ours);
            Path script = Path.of(
                    StoreFormatInteropIT.class.getResource("/write_store.py").toURI());
            Path theirs = scratch.resolve("theirs");
            Path log = scratch.resolve("log");
            int code = end(new ProcessBuilder(python, script.toString(), theirs.toString(), ours.toString())
                    .redirectOutput(log.toFile()));
            assertEquals(code, 0, Files.readString(log));
            StoreFormatTest.check(theirs, scratch.resolve("ours too"));
        }
    }

    private static int end(ProcessBuilder builder) throws Exception {
        Process process = builder.redirectErrorStream(true).start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertTrue(ended, builder.command() + " did not end");
        return process.exitValue();
    }
}
