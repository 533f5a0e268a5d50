package dev.understudy.conf;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.testng.Assert;
import org.testng.annotations.Test;

public class PathTextTest {
    @Test
    public void aPlainPathIsOfTheLocalDisk() {
        Assert.assertEquals(PathText.parse("a/b c"), Path.of("a/b c"));
        Assert.assertEquals(PathText.parse("file:///a/b"), Path.of("/a/b"));
        Assert.assertEquals(PathText.resolve(Path.of("/x"), "a"), Path.of("/x/a"));
    }

    @Test
    public void aSchemeThatNobodyKnowsIsToldOf() {
        ConfigurationException refused =
                Assert.expectThrows(ConfigurationException.class, () -> PathText.parse("s9://bucket/a"));
        Assert.assertEquals(
                refused.getMessage(),
                "s9://bucket/a: no storage is known by 's9'; expected a path of this machine, or hdfs://, s3a://,"
                        + " gs:// or abfs://");
    }

    @Test
    public void whatCannotBeAPathIsRefused() {
        Assert.assertThrows(InvalidPathException.class, () -> PathText.parse("a\0b"));
    }
}
