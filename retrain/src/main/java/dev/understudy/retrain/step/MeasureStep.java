package dev.understudy.retrain.step;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.Metrics;
import dev.understudy.files.DataException;
import dev.understudy.pipeline.RunObserver;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.retrain.cycle.CycleRecord.Measure;
import dev.understudy.retrain.cycle.CycleStep;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.cycle.CycleStep.StepResult;
import dev.understudy.retrain.gate.MeasuredModel;
import dev.understudy.retrain.gate.MeasuredSet;
import dev.understudy.retrain.measure.EvaluationSet;
import dev.understudy.retrain.measure.ExportRecipe;
import dev.understudy.retrain.measure.StudentMeasurement;
import dev.understudy.retrain.measure.StudentNetwork;
import dev.understudy.retrain.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates one of the two models on the frozen sets.
 *
 * @param name {@link #CHAMPION} or {@link #CHALLENGER}
 */
public record MeasureStep(
        String name, StudentRecipe recipe, Map<String, EvaluationSet> sets, Registry registry, RunObserver observer)
        implements CycleStep {
    public static final String CHAMPION = "measure-champion";
    public static final String CHALLENGER = "measure-challenger";

    public MeasureStep {
        sets = new TreeMap<>(sets);
    }

    @Override
    public SortedMap<String, String> inputs(CycleContext context) throws IOException {
        SortedMap<String, String> inputs = new TreeMap<>(Map.of(
                "weights", weightsSha256(context),
                "classes", recipe.classes(),
                "device", recipe.measuredOn(),
                "threads", Integer.toString(recipe.processors())));
        StudentRecipe.addPrecision(inputs);
        if (recipe.export() != null) {
            inputs.put("export", ConfigurationWriter.toYaml(recipe.export()));
        }
        for (Map.Entry<String, EvaluationSet> set : sets.entrySet()) {
            inputs.put("set " + set.getKey(), ConfigurationWriter.toYaml(set.getValue()));
            inputs.put("digest " + set.getKey(), set.getValue().digest());
            inputs.put("scenes " + set.getKey(), set.getValue().sceneDigest());
        }
        return inputs;
    }

    private String weightsSha256(CycleContext context) {
        return name.equals(CHAMPION)
                ? CycleFrames.championSha256(context)
                : context.output(TrainStep.NAME, "weights-sha256");
    }

    private Optional<Path> weights(CycleContext context) throws IOException {
        if (name.equals(CHALLENGER)) {
            return Optional.of(Path.of(context.output(TrainStep.NAME, "weights")));
        }
        Optional<String> champion = CycleFrames.champion(context);
        return champion.isEmpty() ? Optional.empty() : Optional.of(registry.weights(champion.get()));
    }

    @Override
    public StepResult run(CycleContext context) throws IOException {
        Optional<Path> weights = weights(context);
        if (weights.isEmpty()) {
            return StepResult.done(Map.of("measured", CycleFrames.NONE), List.of());
        }
        Path file = context.work().resolve("measured.json");
        Optional<MeasuredModel> before = before(file);
        MeasuredModel measured = before.isPresent() ? before.get() : measure(context, weights.get(), file);
        Map<String, String> outputs = new TreeMap<>(Map.of(
                "measured", file.toString(), "golden", golden(context.work()).toString()));
        if (Files.exists(export(context))) {
            outputs.put("export", export(context).toString());
        }
        return StepResult.done(outputs, measures(measured));
    }

    private static Path export(CycleContext context) {
        return context.work().resolve(ExportRecipe.FILE);
    }

    /** The file that is measured in the place of the weights; null if there is none. */
    private @Nullable Path exported(CycleContext context, Path weights) throws IOException {
        if (recipe.export() == null) {
            return null;
        }
        if (name.equals(CHAMPION)) {
            return StudentNetwork.exported(
                            registry, CycleFrames.champion(context).orElseThrow())
                    .orElse(null);
        }
        try {
            recipe.export().write(weights, recipe.classes(), export(context));
            return export(context);
        } catch (ConfigurationException e) {
            // A network that no such file can be made of is a challenger that the gate turns down, not a broken cycle.
            context.tell().accept("the challenger cannot be exported: " + e.getMessage());
            return null;
        }
    }

    /**
     * What was measured, if that was whole when the step was killed: it is written last. A second measurement would
     * have other latencies and with them another model.
     */
    private static Optional<MeasuredModel> before(Path file) throws IOException {
        try {
            return Files.exists(file) ? Optional.of(MeasuredModel.FORMAT.read(file)) : Optional.empty();
        } catch (DataException e) {
            return Optional.empty();
        }
    }

    private MeasuredModel measure(CycleContext context, Path weights, Path file) throws IOException {
        MeasuredModel measured;
        try (StudentNetwork student = new StudentNetwork(
                        weights,
                        exported(context, weights),
                        recipe.classes(),
                        recipe.measuredOn(),
                        recipe.processors());
                Progress progress = observer.progress(name, StudentMeasurement.frames(sets))) {
            String model = name.equals(CHAMPION) ? CycleFrames.champion(context).orElseThrow() : "challenger";
            measured = new StudentMeasurement(student).measure(model, weights, sets, golden(context.work()), progress);
        }
        MeasuredModel.FORMAT.write(file, measured);
        return measured;
    }

    private static Path golden(Path work) {
        return work.resolve("golden");
    }

    private List<Measure> measures(MeasuredModel model) {
        String role = name.equals(CHAMPION) ? "champion" : "challenger";
        List<Measure> measures = new ArrayList<>();
        for (MeasuredSet set : model.sets()) {
            for (Metric metric : Metrics.all(Metric.Use.COMPARISON)) {
                Double value = set.value(metric);
                if (value != null) {
                    measures.add(Measure.of(
                            "score", Map.of("model", role, "set", set.set(), "metric", metric.key()), value));
                }
            }
        }
        if (model.latencyMillis() != null) {
            measures.add(Measure.of("latency_seconds", Map.of("model", role), model.latencyMillis() / 1000));
        }
        return measures;
    }

    /** What one of the two steps found; empty if there was no model. */
    static Optional<MeasuredModel> result(CycleContext context, String step) throws IOException {
        String file = context.output(step, "measured");
        return file.equals(CycleFrames.NONE) ? Optional.empty() : Optional.of(MeasuredModel.FORMAT.read(Path.of(file)));
    }
}
