package dev.understudy.cli.console;

import static org.testng.Assert.assertEquals;

import dev.understudy.files.StrictJson;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

public class ConsoleTest {
    private record Result(double score, Double boxed, float single, List<Double> several, double[] bare, Path file) {}

    private static final Result RESULT = new Result(
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Float.NaN,
            List.of(0.5, Double.NEGATIVE_INFINITY),
            new double[] {Double.NaN, 2},
            Path.of("a", "b"));

    @Test
    public void jsonHasNullWhereANumberIsNone() {
        StringWriter out = new StringWriter();
        new Console(new PrintWriter(out), new PrintWriter(new StringWriter()), false, false).printJson(RESULT);
        assertEquals(
                out.toString().replaceAll("\\s", ""),
                "{\"score\":null,\"boxed\":null,\"single\":null,\"several\":[0.5,null],\"bare\":[null,2.0],\"file\":\"a/b\"}");
    }

    @Test
    public void soHasWhatRegistryAndRetrainPrint() {
        String printed = StrictJson.printed(Map.of("gain", Double.NaN));
        assertEquals(printed.replaceAll("\\s", ""), "{\"gain\":null}");
    }
}
