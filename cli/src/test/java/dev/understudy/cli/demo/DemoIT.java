package dev.understudy.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.cli.Understudy;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.Assert;
import org.testng.annotations.Test;

/** The whole demo with real Spark and real networks, small: does every part hand over to the next? */
public class DemoIT {
    @Test
    public void tellsTheWholeStory() throws IOException {
        Path out = Scratch.folder("understudy-demo").resolve("demo");
        StringWriter table = new StringWriter();
        StringWriter complaints = new StringWriter();
        int exit = Understudy.run(
                new PrintWriter(table),
                new PrintWriter(complaints),
                "demo",
                "--out",
                out.toString(),
                "--seed",
                "3",
                "--set",
                "frames.labelled=8",
                "--set",
                "frames.depthOnly=8",
                "--set",
                "frames.test=4",
                "--set",
                "student.stages.0.steps=2",
                "--set",
                "student.stages.0.batch=4");
        Assert.assertEquals(exit, 0, complaints.toString());
        for (String row : new String[] {"real only", "real + all labels", "real + filtered labels"}) {
            Assert.assertTrue(table.toString().contains(row), table.toString());
        }
        Assert.assertTrue(complaints.toString().contains("now the students learn"), complaints.toString());
        JsonNode results =
                new ObjectMapper().readTree(out.resolve("results.json").toFile());
        Assert.assertEquals(results.get("seed").asLong(), 3);
        Assert.assertEquals(results.get("students").size(), 3);
        double kept = results.get("labels").get("keptShare").asDouble();
        Assert.assertTrue(kept > 0 && kept < 1, "kept " + kept);
        double better = results.get("labels").get("kept").get("pixelAccuracy").asDouble()
                - results.get("labels").get("all").get("pixelAccuracy").asDouble();
        // So small an expert gains half a point here, which rounding may move; a filter that kept what it should drop
        // loses many.
        Assert.assertTrue(better > -0.02, "what the filter keeps should not be wrong more often, by " + better);
        String page = Files.readString(out.resolve("report.html"));
        Assert.assertTrue(page.contains("kept by the filter") && page.contains("data:image/png;base64,"));
        Assert.assertFalse(page.contains("They are learning"), "the page of the beginning is still there");
    }
}
