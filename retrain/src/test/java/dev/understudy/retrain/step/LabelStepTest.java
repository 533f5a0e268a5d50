package dev.understudy.retrain.step;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertNull;

import dev.understudy.files.Scratch;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.filter.NoFilter;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.onnx.OnnxGraph;
import dev.understudy.pipeline.RunObserver;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.retrain.cycle.CycleStep;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.cycle.CycleStep.StepResult;
import dev.understudy.retrain.registry.Registry;
import dev.understudy.retrain.step.LabellersStep.ExpertBench;
import dev.understudy.retrain.step.LabellersStep.Labellers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** What the labels of a cycle are known by. */
public class LabelStepTest {
    private Path folder;
    private ExpertConfiguration expert;

    @BeforeClass
    public void writeCard() throws IOException {
        folder = Scratch.folder("label-step");
        expert = ExpertConfiguration.ofCard(OnnxGraph.coloursCard(folder, """
                        mapTo: nyud40
                        map: {red: wall, green: floor, blue: bed}
                        """)).build();
    }

    /** The environment may say another precision next time; then a student that labels says other things. */
    @Test
    public void aStudentThatIsCalculatedOtherwiseLabelsAnew() throws IOException {
        for (Labellers labellers : List.of(Labellers.STUDENT, Labellers.BOTH)) {
            SortedMap<String, String> inputs = inputs(labellers, Precision.FLOAT32);
            assertNull(inputs.get("precision"), "as cycles know it that know of nothing else");
            SortedMap<String, String> others = inputs(labellers, Precision.BFLOAT16);
            assertNotEquals(others, inputs);
            others.remove("precision");
            assertEquals(others, inputs, "nothing else has changed");
        }
    }

    @Test
    public void anExpertIsKnownByItsOwnPrecisionAlone() throws IOException {
        SortedMap<String, String> inputs = inputs(Labellers.EXPERT, Precision.FLOAT32);
        assertEquals(inputs(Labellers.EXPERT, Precision.BFLOAT16), inputs);
        assertEquals(inputs.get("expert-fingerprint").length(), 64);
    }

    private SortedMap<String, String> inputs(Labellers labellers, Precision students) throws IOException {
        ExpertBench bench =
                new ExpertBench(expert, Registry.at(folder, Clock.systemUTC()), "mt-lw-refinenet", "nyud40", students);
        SparkConfiguration spark = new SparkConfiguration("local", 1, Map.of());
        LabellingRecipe recipe = new LabellingRecipe(expert, new NoFilter(), 32, 1000, "5%", null, spark);
        CycleStep step = new LabelStep(recipe, bench, folder, new Nobody());
        Map<String, StepResult> before = Map.of(
                IntakeStep.NAME,
                StepResult.done(Map.of("to-label-sha256", "1", "fresh-sha256", "2", "champion-sha256", "3"), List.of()),
                LabellersStep.NAME,
                StepResult.done(Map.of("labellers", labellers.key()), List.of()));
        return new TreeMap<>(step.inputs(new CycleContext("c", folder, before, line -> {})));
    }

    /** Nothing is run here. */
    private static final class Nobody implements RunObserver {
        @Override
        public void tell(String line) {
            throw new AssertionError(line);
        }

        @Override
        public Progress progress(String task, long total) {
            throw new AssertionError(task);
        }
    }
}
