package dev.understudy.retrain.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.StrictJson;
import dev.understudy.retrain.cycle.CycleRecord.Measure;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import dev.understudy.retrain.cycle.CycleStep;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.cycle.CycleStep.StepResult;
import dev.understudy.retrain.gate.Gate;
import dev.understudy.retrain.gate.GateConfiguration;
import dev.understudy.retrain.gate.MeasuredModel;
import dev.understudy.retrain.gate.MeasuredModel.GoldenOutcome;
import dev.understudy.retrain.gate.MeasuredSet;
import dev.understudy.retrain.gate.Verdict;
import dev.understudy.retrain.gate.Verdict.Finding;
import dev.understudy.retrain.measure.EvaluationSet;
import dev.understudy.retrain.measure.ExportRecipe;
import dev.understudy.retrain.measure.GoldenOutputs;
import dev.understudy.retrain.measure.JudgedSets;
import dev.understudy.retrain.measure.StudentMeasurement.Latencies;
import dev.understudy.retrain.measure.StudentNetwork;
import dev.understudy.retrain.registry.ModelVersion;
import dev.understudy.retrain.registry.ModelVersion.EvaluationScores;
import dev.understudy.retrain.registry.ModelVersion.Lineage;
import dev.understudy.retrain.registry.ModelVersion.VersionDraft;
import dev.understudy.retrain.registry.Registry;
import dev.understudy.retrain.registry.Registry.ChampionChangedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Registers the challenger, checks the file that the registry keeps, and promotes it or not. The frames then count as
 * learnt from, whatever the verdict: the next cycle is about others.
 *
 * <p>Killed anywhere and done again, it comes to the same end. What was measured is kept beside the verdict, and the
 * verdict is on disk before anybody acts on it, so neither is made twice. Whether the cycle has promoted its challenger
 * is what the registry's log says: then there is nothing left to decide, even where somebody has gone back since.
 *
 * @param acceptChangedSets compare even if the sets are not those that the champion was registered with
 */
public record JudgeStep(
        GateConfiguration gate,
        StudentRecipe recipe,
        Map<String, EvaluationSet> sets,
        Registry registry,
        FramePool pool,
        boolean acceptChangedSets)
        implements CycleStep {
    public static final String NAME = "judge";

    public JudgeStep {
        sets = new TreeMap<>(sets);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SortedMap<String, String> inputs(CycleContext context) {
        return new TreeMap<>(Map.of(
                "cycle", context.cycle(),
                "gate", ConfigurationWriter.toYaml(gate),
                "champion", context.output(MeasureStep.CHAMPION, "measured"),
                "challenger", context.output(MeasureStep.CHALLENGER, "measured"),
                "acceptChangedSets", Boolean.toString(acceptChangedSets)));
    }

    @Override
    public StepResult run(CycleContext context) throws IOException {
        MeasuredModel measured =
                MeasureStep.result(context, MeasureStep.CHALLENGER).orElseThrow();
        ModelVersion version = registry.register(draft(context, measured));
        Ending ending = endingBefore(context, version).orElse(null);
        if (ending == null) {
            registry.challenge(version.name());
            ending = settle(context, version, verdict(context, measured, version));
        }
        CycleFrames frames = CycleFrames.of(context);
        pool.learnt(frames.read(frames.toLearn()).frames());
        return StepResult.ending(
                ending.outcome(),
                ending.reason(),
                Map.of(
                        "version",
                        version.name(),
                        "verdict",
                        verdictFile(context).toString()),
                List.of(Measure.of("promoted", ending.outcome() == Outcome.PROMOTED ? 1 : 0)));
    }

    /** How this cycle ended before its end could be written down: it has promoted {@code version} already. */
    private Optional<Ending> endingBefore(CycleContext context, ModelVersion version) throws IOException {
        Optional<String> reason = registry.history().promotionOf(version.name(), about(context));
        if (reason.isEmpty()) {
            return Optional.empty();
        }
        boolean still = version.name().equals(registry.aliases().champion());
        return Optional.of(new Ending(
                Outcome.PROMOTED,
                version.name()
                        + (still ? " is champion; " : " became champion, and is not any more; ")
                        + reason.get().substring(about(context).length())));
    }

    private static Path verdictFile(CycleContext context) {
        return context.work().resolve("verdict.json");
    }

    private Verdict verdict(CycleContext context, MeasuredModel measured, ModelVersion version) throws IOException {
        Path file = verdictFile(context);
        if (Files.exists(file)) {
            try {
                return StrictJson.MAPPER.readValue(file.toFile(), Verdict.class);
            } catch (JsonProcessingException e) {
                context.tell().accept(file + " is damaged; the challenger is judged again");
            }
        }
        MeasuredModel challenger = checked(context, measured, version);
        Verdict verdict = judge(context, champion(context), challenger, exported(version))
                .warning(new JudgedSets(registry).judged(challenger, gate.challengersPerSet()));
        verdict.warnings().forEach(warning -> context.tell().accept("warning: " + warning));
        AtomicFile.write(file, StrictJson.indented(verdict));
        return verdict;
    }

    /** Where speed is compared it is measured once more, on both at the same time. */
    private Verdict judge(
            CycleContext context, @Nullable MeasuredModel champion, MeasuredModel challenger, List<Finding> exported)
            throws IOException {
        if (champion == null || gate.limits().slowdown() == null) {
            return new Gate(gate).judge(champion, challenger, exported);
        }
        Latencies latencies = latencies(context, challenger.name());
        return new Gate(gate)
                .judge(
                        champion.withLatency(latencies.champion()),
                        challenger.withLatency(latencies.challenger()),
                        exported);
    }

    private Latencies latencies(CycleContext context, String challenger) throws IOException {
        Path file = context.work().resolve("latencies.json");
        if (Files.exists(file)) {
            return Latencies.FORMAT.read(file);
        }
        try (StudentNetwork old = open(CycleFrames.champion(context).orElseThrow());
                StudentNetwork young = open(challenger)) {
            Latencies latencies =
                    Latencies.inTurn(old, young, sets.values().iterator().next());
            Latencies.FORMAT.write(file, latencies);
            return latencies;
        }
    }

    private StudentNetwork open(String version) throws IOException {
        return StudentNetwork.ofVersion(registry, version, recipe.classes(), recipe.measuredOn(), recipe.processors());
    }

    /**
     * Whether the exported file that the registry keeps says what the weights beside it say; nothing where none is
     * asked for.
     */
    private List<Finding> exported(ModelVersion version) throws IOException {
        ExportRecipe export = recipe.export();
        if (export == null) {
            return List.of();
        }
        if (StudentNetwork.exported(registry, version.name()).isEmpty()) {
            return List.of(ExportRecipe.refused("there is none: this network cannot be exported in "
                    + export.precision() + "; export in float32, or not at all"));
        }
        try (StudentNetwork file = open(version.name())) {
            return List.of(export.check(file, sets));
        } catch (DataException e) {
            return List.of(ExportRecipe.refused(String.valueOf(e.getMessage())));
        }
    }

    private record Ending(Outcome outcome, String reason) {}

    private Ending settle(CycleContext context, ModelVersion version, Verdict verdict) throws IOException {
        String about = about(context) + verdict.reason();
        if (verdict.promoted()) {
            try {
                registry.promote(version.name(), CycleFrames.champion(context).orElse(null), about);
                return new Ending(Outcome.PROMOTED, version.name() + " is champion; " + verdict.reason());
            } catch (ChampionChangedException e) {
                registry.refuse(version.name(), e.getMessage());
                return new Ending(Outcome.NOT_PROMOTED, String.valueOf(e.getMessage()));
            }
        }
        registry.refuse(version.name(), about);
        return new Ending(Outcome.NOT_PROMOTED, version.name() + ": " + verdict.reason());
    }

    /** How all that the log says of this cycle begins. */
    private static String about(CycleContext context) {
        return "cycle " + context.cycle() + ": ";
    }

    private VersionDraft draft(CycleContext context, MeasuredModel measured) {
        TreeMap<String, Path> files = new TreeMap<>(Map.of(
                ModelVersion.WEIGHTS, Path.of(context.output(TrainStep.NAME, "weights")),
                ModelVersion.CONFIGURATION, Path.of(context.output(TrainStep.NAME, "configuration")),
                MeasuredModel.FILE, Path.of(context.output(MeasureStep.CHALLENGER, "measured"))));
        String export = context.results().get(MeasureStep.CHALLENGER).outputs().get("export");
        if (export != null) {
            files.put(ExportRecipe.FILE, Path.of(export));
        }
        return new VersionDraft(
                files,
                CycleFrames.champion(context).orElse(null),
                new Lineage(
                        context.output(IntakeStep.NAME, "to-learn-sha256"),
                        context.output(LabelStep.NAME, "store-sha256"),
                        LabelStep.store(context).getFileName().toString()),
                measured.sets().stream().map(MeasuredSet::scores).toList(),
                measured.latencyMillis(),
                "cycle " + context.cycle());
    }

    private MeasuredModel checked(CycleContext context, MeasuredModel measured, ModelVersion version)
            throws IOException {
        GoldenOutcome golden = GoldenOutputs.compare(
                Path.of(context.output(MeasureStep.CHALLENGER, "golden")), sets, () -> open(version.name()));
        return new MeasuredModel(
                version.name(),
                measured.sets(),
                measured.latencyMillis(),
                version.weights().bytes(),
                golden);
    }

    /**
     * As it was measured just now, but under the digests that it was registered with: the gate sees when they differ.
     */
    private @Nullable MeasuredModel champion(CycleContext context) throws IOException {
        Optional<MeasuredModel> measured = MeasureStep.result(context, MeasureStep.CHAMPION);
        if (measured.isEmpty() || acceptChangedSets) {
            return measured.orElse(null);
        }
        ModelVersion version = registry.version(CycleFrames.champion(context).orElseThrow());
        List<MeasuredSet> frozen = measured.get().sets().stream()
                .map(set -> new MeasuredSet(set.set(), digest(version, set), set.classes(), set.frames()))
                .toList();
        return new MeasuredModel(
                version.name(),
                frozen,
                measured.get().latencyMillis(),
                version.weights().bytes(),
                null);
    }

    private static String digest(ModelVersion version, MeasuredSet set) {
        return version.evaluations().stream()
                .filter(scores -> scores.set().equals(set.set()))
                .map(EvaluationScores::digest)
                .findFirst()
                .orElse(set.digest());
    }
}
