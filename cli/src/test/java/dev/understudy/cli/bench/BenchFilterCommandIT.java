package dev.understudy.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import org.testng.Assert;
import org.testng.annotations.Test;

public class BenchFilterCommandIT {
    @Test
    public void measuresThePoliciesItIsGivenAndAllUsualOnes() throws IOException {
        try (Scratch scratch = Scratch.create()) {
            Path rooms = scratch.resolve("rooms");
            Path student = scratch.resolve("student.pth");
            Path store = scratch.resolve("store");
            Students.write(student, 40, 5, Task.SEGMENTATION);
            done("dataset", "render", "--size", "64x48", "--labelled", 0, "--depth-only", 3, "--out", rooms);
            CommandLineRun.label(student, "nyud40", rooms, store);
            String two = done(
                            "bench",
                            "filter",
                            "--store",
                            store,
                            "--seconds",
                            0.1,
                            "--policy",
                            "none",
                            "--policy",
                            "label-edges")
                    .out();
            Assert.assertEquals(two.lines().count(), 2, two);
            Assert.assertTrue(two.contains("label-edges"), two);
            JsonNode all = new ObjectMapper()
                    .readTree(done("bench", "filter", "--store", store, "--frames", 2, "--seconds", 0, "--json")
                            .out());
            Assert.assertTrue(all.size() > 10, all.toString());
            for (JsonNode rate : all) {
                Assert.assertEquals(rate.get("frames").asInt(), 2);
                Assert.assertTrue(rate.get("millis").asDouble() > 0, rate.toString());
            }
        }
    }

    private static CommandLineRun done(Object... arguments) {
        CommandLineRun run = CommandLineRun.done(arguments);
        return run;
    }
}
