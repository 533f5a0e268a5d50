package dev.understudy.pipeline.ablate;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import java.nio.file.Path;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Every ablation that ships loads, what is written of it loads back equal, and the baseline is in it. */
public class AblationRecipesTest {
    @DataProvider
    public Object[][] recipes() {
        return new Object[][] {
            {"ablation.yaml"},
            {"ablation-few.yaml"},
            {"camvid-ablation.yaml"},
            {"nyudv2-ablation.yaml"},
            {"camvid-few.yaml"}
        };
    }

    @Test(dataProvider = "recipes")
    public void loadsAndIsWrittenBack(String name) {
        Path file = Path.of("..", "conf", name);
        AblationConfiguration ablation = ConfigurationLoader.load(file, AblationConfiguration.class, List.of());
        String written = ConfigurationWriter.toYaml(ablation);
        assertEquals(ConfigurationLoader.parse(name, written, AblationConfiguration.class, List.of()), ablation);
        List<String> names =
                LabelChoice.of(ablation).stream().map(LabelChoice::name).toList();
        assertEquals(names.subList(0, 2), List.of(LabelChoice.REAL_ONLY, LabelChoice.NONE));
        assertEquals(
                names.subList(names.size() - 2, names.size()), List.of(LabelChoice.ORACLE, LabelChoice.TRUE_LABELS));
        assertEquals(names.size(), ablation.policies().size() + 3);
    }

    private static final String LABELS = "out: here\npseudo: {manifest: m.jsonl, store: s}\n";

    @Test
    public void whoTrainsNobodyNeedNotSayHow() {
        AblationConfiguration ablation = parse(LABELS + "students: []\n");
        assertEquals(parse(ConfigurationWriter.toYaml(ablation)), ablation);
    }

    @Test
    public void whoTrainsSomebodyIsToldOfEachPartThatIsMissing() {
        String told =
                expectThrows(ConfigurationException.class, () -> parse(LABELS)).getMessage();
        for (String part : List.of("real", "test", "student")) {
            assertTrue(told.contains("'" + part + "' must be given, but with students: []"), told);
        }
    }

    private static AblationConfiguration parse(String text) {
        return ConfigurationLoader.parse("a.yaml", text, AblationConfiguration.class, List.of());
    }
}
