package dev.understudy.cli.label;

import dev.understudy.files.Scratch;
import dev.understudy.pipeline.spark.SparkConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/** A label job that nothing befell, whose store those that something befell are compared with. */
public abstract class UntroubledJob {
    static final SparkConfiguration HERE = new SparkConfiguration("local[2]", 1, Map.of());
    static final SyntheticLabelJob.Slow FAST = new SyntheticLabelJob.Slow(0, null);

    Scratch scratch;
    Path untroubled;

    @BeforeClass
    public void labelWithoutTrouble() throws Exception {
        scratch = Scratch.create();
        untroubled = scratch.resolve("untroubled");
        SyntheticLabelJob.run(untroubled, HERE, FAST);
    }

    @AfterClass(alwaysRun = true)
    public void removeScratch() throws IOException {
        scratch.close();
    }
}
