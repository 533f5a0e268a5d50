package dev.understudy.pipeline.cli;

import dev.understudy.pipeline.console.ExitCode;
import org.testng.Assert;
import org.testng.annotations.Test;

public class UnderstudyTest {
    @Test
    public void versionGoesToStdout() {
        CommandLineRun run = CommandLineRun.of("--version");
        Assert.assertEquals(run.exitCode(), ExitCode.DONE);
        Assert.assertTrue(run.out().matches("(?s)understudy \\d+\\.\\d+\\.\\d+\\S*\\RJava .*"), run.out());
        Assert.assertEquals(run.err(), "");
    }

    @Test
    public void helpTellsTheExitCodes() {
        CommandLineRun run = CommandLineRun.of("--help");
        Assert.assertEquals(run.exitCode(), ExitCode.DONE);
        Assert.assertTrue(run.out().contains("Exit codes: 0 done"), run.out());
    }

    @Test
    public void misspeltOptionIsWrongUsageWithASuggestion() {
        CommandLineRun run = CommandLineRun.of("--versoin");
        Assert.assertEquals(run.exitCode(), ExitCode.USAGE);
        Assert.assertEquals(run.out(), "");
        Assert.assertTrue(run.err().contains("--version"), run.err());
    }
}
