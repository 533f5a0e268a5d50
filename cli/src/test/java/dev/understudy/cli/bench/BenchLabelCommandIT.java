package dev.understudy.cli.bench;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.testng.annotations.Test;

public class BenchLabelCommandIT {
    @Test
    public void measuresEveryStageOfLabellingAFrame() throws IOException {
        try (Scratch scratch = Scratch.create()) {
            Path rooms = scratch.resolve("rooms");
            Path student = scratch.resolve("student.pth");
            Students.write(student, 40, 5, Task.SEGMENTATION);
            CommandLineRun.done(
                    "dataset", "render", "--size", "64x48", "--labelled", 0, "--depth-only", 3, "--out", rooms);
            CommandLineRun run = CommandLineRun.done(
                    "bench",
                    "label",
                    "--expert",
                    "mt-lw-refinenet",
                    "--checkpoint",
                    student,
                    "--classes",
                    "nyud40",
                    "--manifest",
                    rooms,
                    "--frames",
                    2,
                    "--rounds",
                    1,
                    "--mirror",
                    "--json");
            JsonNode stages = new ObjectMapper().readTree(run.out());
            assertEquals(stages.get("frames").asInt(), 2);
            assertEquals(stages.get("views").asInt(), 2);
            assertEquals(stages.get("size").asText(), "64x48");
            for (String stage : List.of("decode", "network", "encode", "write", "framesPerSecond")) {
                assertTrue(stages.get(stage).asDouble() > 0, stage + " of " + run.out());
            }
            CommandLineRun nothing = CommandLineRun.of("bench", "label", "--expert", "my.yaml");
            assertEquals(nothing.exitCode(), ExitCode.USAGE, nothing.err());
            assertTrue(nothing.err().contains("--manifest"), nothing.err());
        }
    }
}
