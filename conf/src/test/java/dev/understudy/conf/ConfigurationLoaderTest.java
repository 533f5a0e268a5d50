package dev.understudy.conf;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.Recipe.Arch;
import dev.understudy.conf.Recipe.Policy;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ConfigurationLoaderTest {
    private static final String FULL = """
            # all of it
            name: 'a: b'
            arch: lw-refinenet50
            training: {steps: 1e3, rate: 1e-3, mirror: false, seed: 9_000_000_000}
            policy:
              all:
                - none
                - threshold: {probability: 0.5, classes: {11: 0.75}}
                - all: [threshold]
            stages:
              - size: 16
              - size: 32
                scales: [.25]
            shares:
              real: 0.5
              "pseudo": 1
            checkpoint: weights/a.ckpt
            views: null
            """;

    @Test
    public void defaults() {
        assertEquals(
                parse(""),
                new Recipe(
                        "recipe",
                        Arch.MT_LW_REFINENET,
                        new Recipe.Training(1000, 0.01, true, 7),
                        new Policy.None(),
                        List.of(),
                        Map.of(),
                        null,
                        3));
    }

    @Test
    public void aShareMayBeWrittenInHundredths() {
        assertEquals(parse("training: {rate: 10%}").training().rate(), 0.1);
        assertEquals(parse("training: {rate: 7%}").training().rate(), 0.07);
        assertEquals(parse("shares: {real: 12.5%}").shares(), Map.of("real", 0.125));
    }

    /** Two ways to write one number: neither wins over the other in silence. */
    @Test
    public void keysThatAreTheSameOnceTheyAreReadAreTold() {
        ConfigurationException e = expectThrows(
                ConfigurationException.class,
                () -> parse("policy: {threshold: {probability: 0.5, classes: {1: 0.75, 01: 0.5}}}"));
        assertTrue(e.getMessage().contains("comes for the second time, as another way to write 1"), e.getMessage());
    }

    @Test
    public void fullMapping() throws IOException {
        Path folder = Scratch.folder("conf");
        Path file = Files.writeString(folder.resolve("recipe.yaml"), FULL);
        Recipe expected = new Recipe(
                "a: b",
                Arch.LW_REFINENET50,
                new Recipe.Training(1000, 0.001, false, 9_000_000_000L),
                new Policy.All(List.of(
                        new Policy.None(),
                        new Policy.Threshold(0.5, Map.of(11, 0.75)),
                        new Policy.All(List.of(new Policy.Threshold(0.9, null))))),
                List.of(new Recipe.Stage(16, List.of(0.5, 1.0)), new Recipe.Stage(32, List.of(0.25))),
                Map.of("real", 0.5, "pseudo", 1.0),
                folder.resolve("weights/a.ckpt").toAbsolutePath(),
                null);
        Recipe loaded = ConfigurationLoader.load(file, Recipe.class, List.of());
        assertEquals(loaded, expected);
        assertEquals(List.copyOf(loaded.shares().keySet()), List.of("real", "pseudo"));
    }

    @Test
    public void everyProblemAtItsOwnPlace() {
        assertProblems(
                """
                nam: x
                arch: lw-refinenet5
                training:
                  steps: 0
                  rate: fast
                  sed: 1
                policy: {treshold: {}}
                stages:
                  - scales: [0.5, 1.5]
                  - size: 12
                  - size: 16
                    scales: [0.5, 1.5]
                  - 3
                shares: [1]
                training: {}
                """,
                "r.yaml:1:1: unknown key 'nam'; did you mean 'name'?",
                "r.yaml:2:7: expected one of lw-refinenet50, mt-lw-refinenet, found 'lw-refinenet5';"
                        + " did you mean 'lw-refinenet50'?",
                "r.yaml:4:10: 'steps' must be at least 1, found 0",
                "r.yaml:5:9: expected a number, found 'fast'",
                "r.yaml:6:3: unknown key 'sed'; did you mean 'seed'?",
                "r.yaml:7:10: expected one of none, threshold, all, found 'treshold'; did you mean 'threshold'?",
                "r.yaml:9:5: missing key 'size'",
                "r.yaml:9:19: 'scales.1' must be from 0 to 1, found 1.5",
                "r.yaml:10:5: size 12 is not a multiple of 8",
                "r.yaml:12:19: 'scales.1' must be from 0 to 1, found 1.5",
                "r.yaml:13:5: expected a mapping, found '3'",
                "r.yaml:14:9: expected a mapping, found a list",
                "r.yaml:15:1: key 'training' is already at r.yaml:3:1; keep one");
    }

    @DataProvider
    public Object[][] wrongValues() {
        return new Object[][] {
            {"views: 1.5", "r.yaml:1:8: expected a whole number, found '1.5'"},
            {"views: 3000000000", "r.yaml:1:8: expected a whole number, found '3000000000'"},
            {"views: 1e999", "r.yaml:1:8: expected a whole number, found '1e999'"},
            {"training: {rate: 1e999}", "r.yaml:1:18: the number '1e999' is too big"},
            {"training: {rate: .nan}", "r.yaml:1:18: expected a number, found '.nan'"},
            {"training: {rate: '%'}", "r.yaml:1:18: expected a number, found '%'"},
            {"training: {rate: 1%%}", "r.yaml:1:18: expected a number, found '1%%'"},
            {"training: {rate: 1e990%}", "r.yaml:1:18: the number '1e990%' is too big"},
            {"views: 100%", "r.yaml:1:8: expected a whole number, found '100%'"},
            {"training: {mirror: yes}", "r.yaml:1:20: expected true or false, found 'yes'"},
            {"name: [a]", "r.yaml:1:7: expected text, found a list"},
            {"stages: {size: 8}", "r.yaml:1:9: expected a list, found a mapping"},
            {"stages: [{size: }]", "r.yaml:1:16: expected a whole number, found nothing"},
            {"checkpoint: ''", "r.yaml:1:13: expected a path, found ''"},
            {
                "policy: {none: {}, threshold: {}}",
                "r.yaml:1:9: expected exactly one of none, threshold, all, found none, threshold"
            },
            {"policy: {threshold: {probability: 1.01}}", "r.yaml:1:35: 'probability' must be from 0 to 1, found 1.01"},
            {"policy: {threshold: {classes: {one: 1}}}", "r.yaml:1:32: expected a whole number, found 'one'"},
            {"? [a, b]\n: 1", "r.yaml:1:3: a key must be a simple name"},
            {"- 1", "r.yaml:1:1: expected a mapping, found a list"},
            {"a: b: c", "r.yaml:1:5: not YAML: mapping values are not allowed here"},
            {
                "name: !!java.net.URL [x]",
                "r.yaml:1:7: not YAML: Global tag is not allowed: tag:yaml.org,2002:java.net.URL"
            },
            {"name: *nowhere", "r.yaml:1:7: not YAML: found undefined alias nowhere"},
            {"name: a\n---\nname: b", "r.yaml:2:1: not YAML: but found another document"},
        };
    }

    @Test(dataProvider = "wrongValues")
    public void saysWhatWasExpected(String yaml, String problem) {
        assertProblems(yaml, problem);
    }

    @Test
    public void overridesReachEveryPlace() {
        Recipe recipe = parse(
                FULL,
                "training.steps=5",
                "stages.1.scales.0=0.75",
                "stages.0={size: 64, scales: []}",
                "policy.all.1.threshold.probability=0.25",
                "shares.other=0",
                "checkpoint=",
                "views=2");
        assertEquals(recipe.training().steps(), 5);
        assertEquals(recipe.training().rate(), 0.001);
        assertEquals(recipe.stages(), List.of(new Recipe.Stage(64, List.of()), new Recipe.Stage(32, List.of(0.75))));
        assertEquals(((Policy.All) recipe.policy()).policies().get(1), new Policy.Threshold(0.25, Map.of(11, 0.75)));
        assertEquals(recipe.shares().get("other"), 0.0);
        assertEquals(recipe.checkpoint(), null);
        assertEquals(recipe.views(), 2);
    }

    @Test
    public void overridesMakeSectionsThatTheFileLeavesOut() {
        assertEquals(parse("", "training.steps=5").training(), new Recipe.Training(5, 0.01, true, 7));
        assertEquals(parse("training:", "training.steps=5").training(), new Recipe.Training(5, 0.01, true, 7));
    }

    @Test
    public void anOverriddenPathIsRelativeToTheWorkingDirectory() {
        assertEquals(parse("", "checkpoint=a/../b").checkpoint(), Path.of("b").toAbsolutePath());
    }

    @Test
    public void wrongOverridesAreToldLast() {
        assertProblems(
                List.of(
                        "training.step=5",
                        "steps",
                        "name.first=x",
                        "stages.2.size=8",
                        "=3",
                        "training.rate=[",
                        "a..b=1"),
                "stages: [{size: 8}, {size: 9}]\n",
                "r.yaml:1:21: size 9 is not a multiple of 8",
                "--set steps: expected key=value, with dots between nested keys, such as --set a.b=0.5",
                "--set stages.2.size=8: 'stages' is a list of 2; '2' is not an index of it (they start at 0)",
                "--set =3: expected key=value, with dots between nested keys, such as --set a.b=0.5",
                "--set training.rate=[: not YAML: expected the node content, but found '<stream end>'",
                "--set a..b=1: expected key=value, with dots between nested keys, such as --set a.b=0.5",
                "--set name.first=x: expected text, found a mapping",
                "--set training.step=5: unknown key 'step'; did you mean 'steps'?");
    }

    @Test
    public void anOverrideBelowAValueSaysSo() {
        assertProblems(
                List.of("name.first=x"),
                "name: y\n",
                "--set name.first=x: 'name' is 'y', which has no 'first'; set 'name' as a whole");
    }

    @Test
    public void aliasesAreConvenientButBounded() {
        assertEquals(parse("stages: [&s {size: 8}, *s]").stages().size(), 2);
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append(String.format(Locale.ROOT, "a%d: &a%d [*a%d, *a%d]%n", i, i, i - 1, i - 1));
        }
        assertTrue(firstProblem(bomb.toString()).contains("aliases"), firstProblem(bomb.toString()));
        assertTrue(firstProblem("policy: &p {all: [*p]}").contains("inside the very thing"));
        assertTrue(firstProblem("[".repeat(5000)).contains("epth"), firstProblem("[".repeat(5000)));
        assertTrue(firstProblem("a".repeat(2_000_000)).contains("limit"));
    }

    @Test
    public void filesThatAreNotThere() throws IOException {
        Path folder = Scratch.folder("conf");
        assertEquals(
                expectThrows(ConfigurationException.class, () -> load(folder.resolve("no.yaml")))
                        .getMessage(),
                folder.resolve("no.yaml") + ": there is no such file; check the path");
        assertTrue(expectThrows(ConfigurationException.class, () -> load(folder))
                .getMessage()
                .contains("found a folder"));
        Path latin = Files.write(folder.resolve("latin.yaml"), new byte[] {'a', (byte) 0xE4});
        assertTrue(expectThrows(ConfigurationException.class, () -> load(latin))
                .getMessage()
                .contains("not UTF-8"));
    }

    @Test
    public void aFileMayHoldOneVariant() {
        Policy policy = ConfigurationLoader.parse("p.yaml", "threshold: {probability: 0.5}", Policy.class, List.of());
        assertEquals(policy, new Policy.Threshold(0.5, null));
        assertEquals(
                ConfigurationLoader.parse(
                        "p.yaml", ConfigurationWriter.toYaml((Record) policy), Policy.class, List.of()),
                policy);
    }

    @Test
    public void whatIsWrittenLoadsBackEqual() {
        Recipe recipe = parse(FULL);
        String yaml = ConfigurationWriter.toYaml(recipe);
        assertEquals(parse(yaml), recipe, yaml);
        assertEquals(ConfigurationWriter.toYaml(parse(yaml)), yaml);
        assertEquals(parse(ConfigurationWriter.toYaml(parse(""))), parse(""));
    }

    @DataProvider
    public Object[][] nastyNames() {
        return new Object[][] {
            {""},
            {" "},
            {"null"},
            {"~"},
            {"1e-3"},
            {"true"},
            {"- a"},
            {"a: b"},
            {"#x"},
            {"a #b"},
            {"'\""},
            {"*a"},
            {"two\nlines"},
            {"two\nlines\n"},
            {"\n\n x\n"},
            {"tab\there"},
            {"ünï ✓"},
            {"%TAG"},
            {"{a}"},
            {"a,b"},
            {"a\\b"},
            {"trailing "},
            {"@x"},
            {"!!str x"},
            {"x".repeat(300) + " " + "y".repeat(300)},
            {"\u0000\u0007"},
            {"---"},
            {"? a"}
        };
    }

    @Test(dataProvider = "nastyNames")
    public void anyTextSurvivesWriting(String name) {
        Recipe recipe = new Recipe(
                name,
                Arch.LW_REFINENET50,
                new Recipe.Training(1, 1e-5, true, 1),
                new Policy.None(),
                List.of(),
                Map.of(name, 1e300),
                null,
                null);
        String yaml = ConfigurationWriter.toYaml(recipe);
        assertEquals(parse(yaml), recipe, yaml);
    }

    private static Recipe parse(String yaml, String... overrides) {
        return ConfigurationLoader.parse("r.yaml", yaml, Recipe.class, Arrays.asList(overrides));
    }

    private static Recipe load(Path file) {
        return ConfigurationLoader.load(file, Recipe.class, List.of());
    }

    private static String firstProblem(String yaml) {
        return expectThrows(ConfigurationException.class, () -> parse(yaml))
                .problems()
                .get(0);
    }

    private static void assertProblems(String yaml, String... problems) {
        assertProblems(List.of(), yaml, problems);
    }

    private static void assertProblems(List<String> overrides, String yaml, String... problems) {
        ConfigurationException e = expectThrows(
                ConfigurationException.class, () -> ConfigurationLoader.parse("r.yaml", yaml, Recipe.class, overrides));
        assertEquals(String.join("\n", e.problems()), String.join("\n", problems));
    }
}
