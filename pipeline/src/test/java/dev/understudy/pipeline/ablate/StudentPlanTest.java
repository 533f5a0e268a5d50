package dev.understudy.pipeline.ablate;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.files.Scratch;
import dev.understudy.model.engine.Precision;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainConfigurationBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.testng.annotations.Test;

/** What a student of an ablation is known by. */
public class StudentPlanTest {
    private static final String ABLATION = """
            out: here
            pseudo: {manifest: frames.jsonl, store: s}
            real: {manifest: frames.jsonl}
            test: {manifest: frames.jsonl}
            student:
              network: {architecture: mt-lw-refinenet, tasks: [segmentation], classes: 40}
              stages: [{name: one, steps: 1, batch: 1, crop: {width: 32, height: 32}, sources: {real: 1}}]
            """;

    /** The environment may say another precision next time; then it is another student, and trained anew. */
    @Test
    public void aStudentThatIsCalculatedOtherwiseIsAnotherOne() throws IOException {
        Path folder = Scratch.folder("plan");
        Files.writeString(folder.resolve("frames.jsonl"), "");
        Path file = Files.writeString(folder.resolve("ablation.yaml"), ABLATION);
        AblationConfiguration ablation = ConfigurationLoader.load(file, AblationConfiguration.class, List.of());
        SortedMap<String, String> inputs = inputs(ablation, Precision.FLOAT32);
        assertEquals(inputs(ablation, Precision.FLOAT32), inputs);
        SortedMap<String, String> others = inputs(ablation, Precision.BFLOAT16);
        assertNotEquals(others, inputs);
        others.put("precision", "float32");
        assertEquals(others, inputs, "nothing else has changed");
    }

    private static SortedMap<String, String> inputs(AblationConfiguration ablation, Precision precision)
            throws IOException {
        TrainConfiguration recipe = TrainConfigurationBuilder.builder()
                .out(Path.of("student"))
                .classes("nyud40")
                .sources(Map.of(AblationConfiguration.REAL, AblationConfiguration.present(ablation.real())))
                .trainer(AblationConfiguration.present(ablation.student()))
                .device("cpu")
                .threads(1)
                .build();
        return new TreeMap<>(new StudentPlan(ablation, "nyud40", new AblationFiles(), precision).inputs(recipe));
    }
}
