package dev.understudy.cli;

import dev.understudy.cli.console.ExitCode;
import java.util.List;
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
    public void helpOfRetrainTellsItsExitCodesApart() {
        CommandLineRun run = CommandLineRun.of("retrain", "--help");
        Assert.assertEquals(run.exitCode(), ExitCode.DONE);
        String help = run.out().replaceAll("\\s+", " ");
        String codes = help.substring(help.indexOf("Exit codes"), help.indexOf("Examples:"));
        List<String> told = List.of(
                ExitCode.DONE + " promoted, not-promoted (the reason says why) or nothing-new",
                ExitCode.INTERNAL_ERROR + " an error of this program's",
                ExitCode.USAGE + " the command line or the recipe asks for what cannot be",
                ExitCode.BAD_DATA + " stopped: the new frames have drifted",
                ExitCode.TOO_MANY_QUARANTINED + " stopped: too many new frames could not be read",
                ExitCode.INTERRUPTED + " interrupted; the same command goes on");
        int place = 0;
        for (String line : told) {
            Assert.assertTrue(codes.indexOf(" " + line) >= place, "no '" + line + "' in its place: " + codes);
            place = codes.indexOf(" " + line);
        }
    }

    @Test
    public void misspeltOptionIsWrongUsageWithASuggestion() {
        CommandLineRun run = CommandLineRun.of("--versoin");
        Assert.assertEquals(run.exitCode(), ExitCode.USAGE);
        Assert.assertEquals(run.out(), "");
        Assert.assertTrue(run.err().contains("--version"), run.err());
    }
}
