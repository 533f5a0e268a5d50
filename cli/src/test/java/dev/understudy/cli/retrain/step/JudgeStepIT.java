package dev.understudy.cli.retrain.step;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.Students;
import dev.understudy.cli.console.Console;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.files.Scratch;
import dev.understudy.files.Sha256;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.cycle.CycleStep.StepResult;
import dev.understudy.retrain.gate.GateConfiguration;
import dev.understudy.retrain.gate.MeasuredModel;
import dev.understudy.retrain.gate.MeasuredSet;
import dev.understudy.retrain.measure.EvaluationSet;
import dev.understudy.retrain.measure.ExportRecipe;
import dev.understudy.retrain.measure.StudentNetwork;
import dev.understudy.retrain.registry.AuditHistory.AuditEvent;
import dev.understudy.retrain.registry.InterruptedRegistry;
import dev.understudy.retrain.registry.ModelVersion;
import dev.understudy.retrain.registry.ModelVersion.Lineage;
import dev.understudy.retrain.registry.ModelVersion.VersionDraft;
import dev.understudy.retrain.registry.Registry;
import dev.understudy.retrain.step.FramePool;
import dev.understudy.retrain.step.IntakeStep;
import dev.understudy.retrain.step.JudgeStep;
import dev.understudy.retrain.step.LabelStep;
import dev.understudy.retrain.step.MeasureStep;
import dev.understudy.retrain.step.StudentRecipe;
import dev.understudy.retrain.step.TrainStep;
import dev.understudy.scenes.DatasetRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import dev.understudy.scenes.RenderPlanBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * A verdict that is interrupted and come back to. The students are real files that have learnt nothing; their
 * measurements are made up, so that one is better by far.
 */
public class JudgeStepIT {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T02:00:00Z"), ZoneOffset.UTC);

    private static final String STUDENT = """
            sources: {real: {manifest: real}}
            trainer: {network: {tasks: [depth], classes: 40}, stages: [{steps: 1, sources: {real: 1}}]}
            threads: 1
            """;
    private static final StudentRecipe RECIPE = recipe(STUDENT);
    private static final StudentRecipe EXPORTING = recipe(STUDENT + "export: {}\n");

    private StudentRecipe recipe = RECIPE;
    private Scratch frames;
    private Map<String, EvaluationSet> sets;
    private Scratch scratch;
    private Registry registry;
    private CycleContext context;

    private static StudentRecipe recipe(String yaml) {
        return ConfigurationLoader.parse("student", yaml, StudentRecipe.class, List.of());
    }

    @BeforeClass
    public void render() throws Exception {
        frames = Scratch.create();
        RenderOptions options = RenderOptions.of(SceneKind.ROOMS, 64, 48, 8);
        new DatasetRenderer(
                        RenderPlanBuilder.builder()
                                .options(options)
                                .labelled(0)
                                .depthOnly(0)
                                .validation(0)
                                .test(12)
                                .normals(false)
                                .threads(0)
                                .build(),
                        frames.resolve("set"))
                .render((done, of) -> {});
        sets = Map.of("test", EvaluationSet.of(frames.resolve("set/manifest.jsonl"), "test", 10));
        Students.write(frames.resolve("old.pth"), 40, 1, Task.DEPTH);
        Students.write(frames.resolve("young.pth"), 40, 2, Task.DEPTH);
        Files.writeString(frames.resolve("train.yaml"), "steps: 1\n");
    }

    @AfterClass(alwaysRun = true)
    public void removeFrames() throws IOException {
        frames.close();
    }

    @BeforeMethod
    public void begin() throws Exception {
        recipe = RECIPE;
        scratch = Scratch.create();
        measureBoth();
    }

    /** The old student is champion; the young one has been measured. */
    private void measureBoth() throws Exception {
        registry = Registry.at(scratch.resolve("registry"), CLOCK);
        StepResult young = measured(MeasureStep.CHALLENGER, "challenger", frames.resolve("young.pth"), 1);
        ModelVersion old = registry.register(new VersionDraft(
                new TreeMap<>(Map.of(
                        ModelVersion.WEIGHTS, frames.resolve("old.pth"),
                        ModelVersion.CONFIGURATION, frames.resolve("train.yaml"))),
                null,
                Lineage.UNKNOWN,
                List.of(),
                null,
                ""));
        registry.promote(old.name(), null, "first");
        Path list = scratch.resolve("list.jsonl");
        ManifestWriter.write(list, Manifest.read(frames.resolve("set")).frames());
        Map<String, String> intake = new TreeMap<>(Map.of(
                "root", frames.resolve("set").toString(),
                "champion", old.name(),
                "champion-sha256", old.weights().sha256(),
                "to-learn-sha256", Sha256.of(list)));
        List.of("to-label", "to-learn", "fresh").forEach(name -> intake.put(name, list.toString()));
        Path work = Files.createDirectories(scratch.resolve("work"));
        context = new CycleContext(
                "20260301T020000Z",
                work,
                Map.of(
                        IntakeStep.NAME,
                        StepResult.done(intake, List.of()),
                        LabelStep.NAME,
                        StepResult.done(Map.of("store", "store", "store-sha256", "s"), List.of()),
                        TrainStep.NAME,
                        StepResult.done(
                                Map.of(
                                        "weights", frames.resolve("young.pth").toString(),
                                        "configuration",
                                                frames.resolve("train.yaml").toString()),
                                List.of()),
                        MeasureStep.CHAMPION,
                        measured(MeasureStep.CHAMPION, old.name(), frames.resolve("old.pth"), 4),
                        MeasureStep.CHALLENGER,
                        young),
                told -> {});
    }

    @AfterMethod(alwaysRun = true)
    public void remove() throws IOException {
        scratch.close();
    }

    /** What {@link MeasureStep} finds, with depth off by {@code error} metres in place of what the student is off. */
    private StepResult measured(String step, String model, Path weights, double error) throws IOException {
        Path work = Files.createDirectories(scratch.resolve(step));
        CycleContext asking = new CycleContext(
                "20260301T020000Z",
                work,
                Map.of(
                        TrainStep.NAME,
                        StepResult.done(Map.of("weights", weights.toString()), List.of()),
                        IntakeStep.NAME,
                        StepResult.done(Map.of("champion", model), List.of())),
                told -> {});
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        StepResult result =
                new MeasureStep(step, recipe, sets, registry, new Console(nowhere, nowhere, false, false)).run(asking);
        Path file = Path.of(result.outputs().get("measured"));
        MeasuredModel found = MeasuredModel.FORMAT.read(file);
        List<MeasuredSet> sums = found.sets().stream()
                .map(set -> new MeasuredSet(
                        set.set(),
                        set.digest(),
                        List.of(),
                        set.frames().stream()
                                .map(frame ->
                                        new FrameSums(frame.frame(), null, new TreeMap<>(Map.of("depth", new double[] {
                                            100, 100 * error * error, 1, 1, 0, 0, 0, 1, 1, 1
                                        }))))
                                .toList()))
                .toList();
        MeasuredModel.FORMAT.write(
                file,
                new MeasuredModel(found.name(), sums, found.latencyMillis(), found.weightsBytes(), found.golden()));
        return result;
    }

    private StepResult judge(Registry with, String gate) throws IOException {
        GateConfiguration rules = ConfigurationLoader.parse("gate", gate, GateConfiguration.class, List.of());
        return new JudgeStep(rules, recipe, sets, with, new FramePool(scratch.resolve("pool")), false).run(context);
    }

    private StepResult judge(Registry with) throws IOException {
        return judge(with, "{required: [{set: test, metric: rmse}], limits: {slowdown: 1000}}");
    }

    private String kept(String file) throws IOException {
        return Files.exists(context.work().resolve(file))
                ? Files.readString(context.work().resolve(file))
                : "";
    }

    private long logged(AuditEvent event) throws IOException {
        return registry.history().entries().stream()
                .filter(entry -> entry.event() == event)
                .count();
    }

    @Test
    public void doneAgainItLeavesChampionLogAndMeasurementAsTheyAre() throws Exception {
        StepResult first = judge(registry);
        assertEquals(first.ending(), Outcome.PROMOTED, first.reason());
        String latencies = kept("latencies.json");
        String verdict = kept("verdict.json");
        int entries = registry.history().entries().size();

        assertEquals(judge(registry), first);
        assertEquals(registry.aliases().champion(), "v0002");
        assertEquals(registry.aliases().previous(), "v0001");
        assertNull(registry.aliases().challenger());
        assertEquals(registry.history().entries().size(), entries);
        assertTrue(latencies.contains("champion"), "speed was compared");
        assertEquals(kept("latencies.json"), latencies);
        assertEquals(kept("verdict.json"), verdict);
    }

    @DataProvider
    public Object[][] points() {
        return new Object[][] {
            {"registered-logged"},
            {"challenged-logged"},
            {"challenged-switched"},
            {"promoted-logged"},
            {"promoted-switched"}
        };
    }

    @Test(dataProvider = "points")
    public void killedAnywhereItPromotesOnce(String point) throws Exception {
        assertThrows(Error.class, () -> judge(InterruptedRegistry.at(registry.folder(), CLOCK, point)));
        String latencies = kept("latencies.json");
        StepResult again = judge(registry);
        assertEquals(again.ending(), Outcome.PROMOTED, again.reason());
        // A name that was logged and never given to a folder is not given again.
        String version = point.equals("registered-logged") ? "v0003" : "v0002";
        assertEquals(registry.aliases().champion(), version);
        assertEquals(registry.aliases().previous(), "v0001");
        assertNull(registry.aliases().challenger());
        assertEquals(registry.versions().size(), 2);
        assertEquals(registry.verify(), List.of());
        if (!latencies.isEmpty()) {
            assertEquals(kept("latencies.json"), latencies);
        }
    }

    @Test
    public void whoWentBackMeanwhileIsNotOverruled() throws Exception {
        judge(registry);
        registry.rollback("it saw ghosts");
        StepResult again = judge(registry);
        assertEquals(again.ending(), Outcome.PROMOTED);
        assertTrue(again.reason().contains("is not any more"), again.reason());
        assertEquals(registry.aliases().champion(), "v0001");
        assertEquals(logged(AuditEvent.PROMOTED), 2, "the first champion, and the challenger");
    }

    @Test
    public void aRefusalIsLoggedOnce() throws Exception {
        String gate = "{required: [{set: test, metric: miou}]}";
        StepResult first = judge(registry, gate);
        assertEquals(first.ending(), Outcome.NOT_PROMOTED);
        assertEquals(judge(registry, gate), first);
        assertEquals(logged(AuditEvent.REFUSED), 1);
        assertEquals(registry.aliases().champion(), "v0001");
        assertEquals(registry.aliases().challenger(), "v0002");
    }

    @Test
    public void aMeasurementThatWasWholeIsNotMadeAgain() throws Exception {
        String before = Files.readString(scratch.resolve(MeasureStep.CHALLENGER + "/measured.json"));
        MeasureStep step = new MeasureStep(
                MeasureStep.CHALLENGER,
                recipe,
                sets,
                registry,
                new Console(new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), false, false));
        StepResult again = step.run(new CycleContext(
                context.cycle(), scratch.resolve(MeasureStep.CHALLENGER), context.results(), told -> {}));
        assertEquals(Files.readString(scratch.resolve(MeasureStep.CHALLENGER + "/measured.json")), before);
        assertEquals(
                again.outputs(), context.results().get(MeasureStep.CHALLENGER).outputs());
    }

    @Test
    public void theFileThatIsExportedIsKeptAndIsWhatIsMeasuredAndJudged() throws Exception {
        exporting();
        StepResult result = judge(registry);
        assertEquals(result.ending(), Outcome.PROMOTED, result.reason());
        Path kept = StudentNetwork.exported(registry, "v0002").orElseThrow();
        assertEquals(Files.mismatch(kept, scratch.resolve(MeasureStep.CHALLENGER + "/student.onnx")), -1);
        assertEquals(registry.verify(), List.of());
        String verdict = kept("verdict.json");
        assertTrue(verdict.contains("exported file") && verdict.contains("depth is off by 0.0"), verdict);

        // From now on it is the champion's file too that is measured.
        Files.delete(scratch.resolve(MeasureStep.CHAMPION + "/measured.json"));
        StepResult champion = measured(MeasureStep.CHAMPION, "v0002", kept, 1);
        Map<String, String> before =
                context.results().get(MeasureStep.CHALLENGER).outputs();
        String golden = "test/0-depth.npy";
        assertEquals(
                Files.mismatch(
                        Path.of(champion.outputs().get("golden")).resolve(golden),
                        Path.of(before.get("golden")).resolve(golden)),
                -1);
    }

    @Test
    public void aFileThatSaysSomethingElseThanItsCheckpointIsNotPromoted() throws Exception {
        exporting();
        recipe.export()
                .write(
                        frames.resolve("old.pth"),
                        "nyud40",
                        scratch.resolve(MeasureStep.CHALLENGER + "/" + ExportRecipe.FILE));
        StepResult result = judge(registry);
        assertEquals(result.ending(), Outcome.NOT_PROMOTED);
        assertTrue(result.reason().contains("exported file: gives"), result.reason());
        assertEquals(registry.aliases().champion(), "v0001");
    }

    @Test
    public void aNetworkThatCannotBeExportedIsNotPromotedAndSaysWhy() throws Exception {
        exporting();
        Map<String, String> outputs =
                new TreeMap<>(context.results().get(MeasureStep.CHALLENGER).outputs());
        outputs.remove("export");
        Map<String, StepResult> results = new TreeMap<>(context.results());
        results.put(MeasureStep.CHALLENGER, StepResult.done(outputs, List.of()));
        context = new CycleContext(context.cycle(), context.work(), results, told -> {});
        StepResult result = judge(registry);
        assertEquals(result.ending(), Outcome.NOT_PROMOTED);
        assertTrue(result.reason().contains("cannot be exported in float32"), result.reason());
    }

    /** Everything is measured anew, in a registry of its own, with the file that the recipe asks for. */
    private void exporting() throws Exception {
        recipe = EXPORTING;
        scratch.close();
        scratch = Scratch.create();
        measureBoth();
    }
}
