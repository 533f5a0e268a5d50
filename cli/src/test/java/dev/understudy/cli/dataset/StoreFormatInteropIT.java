package dev.understudy.cli.dataset;

import dev.understudy.files.PythonRun;
import dev.understudy.files.Scratch;
import java.nio.file.Path;
import org.testng.annotations.Test;

/**
 * h5py writes a store by docs/store-format.md that the product reads, and reads one that the product wrote. Runs where
 * {@code UNDERSTUDY_PYTHON} names a Python with h5py; {@link StoreFormatTest} does without.
 */
public class StoreFormatInteropIT {
    @Test
    public void storesGoBothWays() throws Exception {
        PythonRun python = PythonRun.with("h5py, numpy");
        try (Scratch scratch = Scratch.create()) {
            Path ours = scratch.resolve("ours");
            StoreFormatTest.writeOwn(ours);
            Path theirs = scratch.resolve("theirs");
            python.script("/write_store.py", scratch.resolve("log"), theirs, ours);
            StoreFormatTest.check(theirs, scratch.resolve("ours too"));
        }
    }
}
