package dev.understudy.cli.label;

import dev.understudy.cli.console.ExitCode;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.ChildJvm;
import dev.understudy.pipeline.label.StoreBytes;
import dev.understudy.pipeline.process.MountedFolder;
import dev.understudy.store.StoreVerifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testng.Assert;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** Disks that fill, and folders that cannot be written: a clear word, and nothing lost of what was there. */
public class DiskFaultsIT extends UntroubledJob {
    @Test
    public void aDiskThatFillsIsNamedAndTheJobGoesOnOnceThereIsRoom() throws Exception {
        try (MountedFolder disk = MountedFolder.mount(scratch.resolve("full"), "size=160k")) {
            Path store = disk.path().resolve("store");
            // Whether a task meets it first or the driver is a matter of luck
            Exception full = Assert.expectThrows(Exception.class, () -> SyntheticLabelJob.run(store, HERE, FAST));
            Assert.assertTrue(full.getMessage().contains("No space left on device"), full.toString());
            Assert.assertTrue(full.getMessage().contains(store.toString()), full.toString());
            disk.remount("size=4m");
            SyntheticLabelJob.run(store, HERE, FAST);
            Assert.assertEquals(StoreVerifier.verify(store, shard -> {}), List.of());
            Assert.assertEquals(StoreBytes.of(store), StoreBytes.of(untroubled));
        }
    }

    /** The same without being root: the shell's limit on the size of files ends writing in mid-file. */
    @Test
    public void filesThatCannotGrowFailTheJobAndNotTheStore() throws Exception {
        if (!Files.isExecutable(Path.of("/bin/bash"))) {
            throw new SkipException("no bash, so no limit on file sizes");
        }
        Path store = scratch.resolve("limited");
        List<String> command = new ArrayList<>(List.of("/bin/bash", "-c", "ulimit -f 6; exec \"$@\"", "limited"));
        command.addAll(ChildJvm.command(List.of(), SyntheticLabelJob.class));
        command.addAll(List.of(store.toString(), "local[2]", "0"));
        try (ChildJvm driver = ChildJvm.start(command, scratch.resolve("limited.log"))) {
            Assert.assertEquals(driver.exitCode(), ExitCode.INTERNAL_ERROR, driver.output());
            Assert.assertTrue(driver.output().contains("understudy: the job failed: "), driver.output());
            Assert.assertTrue(driver.output().contains("File too large"), driver.output());
            Assert.assertFalse(driver.output().contains("should not happen"), driver.output());
        }
        SyntheticLabelJob.run(store, HERE, FAST);
        Assert.assertEquals(StoreBytes.of(store), StoreBytes.of(untroubled));
    }

    @Test
    public void aFolderThatCannotBeWrittenIsTheUsersToChange() throws Exception {
        try (MountedFolder disk = MountedFolder.mount(scratch.resolve("read-only"), "size=64k,ro")) {
            Path store = disk.path().resolve("store");
            ConfigurationException refused =
                    Assert.expectThrows(ConfigurationException.class, () -> SyntheticLabelJob.run(store, HERE, FAST));
            Assert.assertTrue(
                    refused.getMessage().startsWith(store + ": no store can be written here, Read-only file system"),
                    refused.getMessage());
        }
    }
}
