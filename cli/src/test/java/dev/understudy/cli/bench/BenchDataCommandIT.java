package dev.understudy.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import org.testng.Assert;
import org.testng.annotations.Test;

public class BenchDataCommandIT {
    @Test
    public void measuresEveryStage() throws IOException {
        CommandLineRun run = CommandLineRun.done(
                "bench", "data", "--size", "64x48", "--crop", "32x32", "--frames", 5, "--workers", 2, "--json");
        JsonNode result = new ObjectMapper().readTree(run.out());
        Assert.assertEquals(result.get("decode").size(), 5);
        Assert.assertEquals(result.at("/imports/frames").asInt(), 5, "all frames must pass the import's checks");
        Assert.assertEquals(
                result.at("/loaderDecoding/decoded").asInt(),
                result.at("/loaderDecoding/frames").asInt());
        Assert.assertEquals(result.at("/loaderKept/decoded").asInt(), 0, "five small frames fit into the cache");
        Assert.assertEquals(result.at("/loaderKeptOnDisk/decoded").asInt(), 0, "nor is a frame made that is on disk");
        Assert.assertTrue(result.at("/loaderKept/framesPerSecond").asDouble() > 0);
    }

    @Test
    public void framesOfTheUsersOwnNeedLabelsAndDepth() throws IOException {
        try (Scratch scratch = Scratch.create()) {
            Path rooms = scratch.resolve("rooms");
            CommandLineRun.done(
                    "dataset", "render", "--size", "32x24", "--labelled", 0, "--depth-only", 2, "--out", rooms);
            CommandLineRun run = CommandLineRun.of("bench", "data", "--manifest", rooms);
            Assert.assertEquals(run.exitCode(), ExitCode.USAGE);
            Assert.assertTrue(run.err().contains("no frame has labels and depth"), run.err());
            CommandLineRun own =
                    CommandLineRun.of("bench", "data", "--manifest", rooms.resolve("truth.jsonl"), "--crop", "32x24");
            Assert.assertEquals(own.exitCode(), ExitCode.DONE, own.err());
            Assert.assertTrue(own.out().contains("training loader, cached"), own.out());
        }
    }

    @Test
    public void sizesThatAreNoneAreRefused() {
        for (String[] wrong : new String[][] {
            {"bench", "student", "--size", "0x0"},
            {"bench", "student", "--soak", "3"},
            {"bench", "data", "--frames", "0"}
        }) {
            CommandLineRun run = CommandLineRun.of((Object[]) wrong);
            Assert.assertEquals(run.exitCode(), ExitCode.USAGE, run.err());
            Assert.assertTrue(run.err().contains("expected at least"), run.err());
        }
    }
}
