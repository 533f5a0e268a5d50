package dev.understudy.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.console.ExitCode;
import java.io.IOException;
import org.testng.Assert;
import org.testng.annotations.Test;

public class BenchTrainCommandIT {
    @Test
    public void takesAStepOfBothForms() throws IOException {
        CommandLineRun run = CommandLineRun.done(
                "bench", "train", "--batch", 2, "--size", "32x32", "--rounds", 1, "--tasks", "depth", "--json");
        JsonNode report = new ObjectMapper().readTree(run.out());
        Assert.assertTrue(report.at("/student/stepMillis").asDouble() > 0);
        Assert.assertTrue(report.at("/beside/stepMillis").asDouble() > 0);
    }

    @Test
    public void noArrayOfTheRealStudentPilesUp() throws IOException {
        CommandLineRun run =
                CommandLineRun.of("bench", "train", "--batch", 1, "--size", "32x32", "--soak", 10, "--json");
        Assert.assertEquals(run.exitCode(), ExitCode.DONE, run.err());
        JsonNode report = new ObjectMapper().readTree(run.out());
        Assert.assertTrue(report.get("firstArrays").asInt() > 0);
        Assert.assertEquals(
                report.get("mostArrays").asInt(), report.get("firstArrays").asInt());
        Assert.assertEquals(
                report.get("lastArrays").asInt(), report.get("firstArrays").asInt());
        Assert.assertEquals(report.at("/memory/frames").asInt(), 10);
    }

    @Test
    public void fewStepsShowNoTrend() {
        CommandLineRun run = CommandLineRun.of("bench", "train", "--soak", 9);
        Assert.assertEquals(run.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(run.err().contains("--soak 9: expected at least 10 steps"), run.err());
    }
}
