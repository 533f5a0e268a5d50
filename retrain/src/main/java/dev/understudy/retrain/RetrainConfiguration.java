package dev.understudy.retrain;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.retrain.Notices.NoticeConfiguration;
import dev.understudy.retrain.gate.GateConfiguration;
import dev.understudy.retrain.gate.GateConfiguration.RequiredMetric;
import dev.understudy.retrain.measure.DriftWatch.DriftConfiguration;
import dev.understudy.retrain.measure.EvaluationSet;
import dev.understudy.retrain.step.FrameInlet;
import dev.understudy.retrain.step.LabellersStep.SelfTraining;
import dev.understudy.retrain.step.LabellingRecipe;
import dev.understudy.retrain.step.StudentRecipe;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code understudy retrain} does.
 *
 * @param state folder for everything that cycles leave: records, reports, label stores, checkpoints
 * @param registry null = {@code registry} in {@code state}
 * @param frames where new ones are looked for
 * @param sets what models are compared on, by the names that the gate uses
 * @param drift what may change between old frames and new ones
 * @param selfTraining null = the expert alone labels
 * @param keepCycles work files of so many of the newest cycles are kept; records and reports of all
 */
public record RetrainConfiguration(
        Path state,
        @Nullable Path registry,
        FrameInlet frames,
        LabellingRecipe label,
        StudentRecipe student,
        Map<String, EvaluationSet> sets,
        GateConfiguration gate,
        @Default("{}") DriftConfiguration drift,
        @Nullable SelfTraining selfTraining,
        @Default("{}") NoticeConfiguration notice,
        @Default("5") int keepCycles) {
    public RetrainConfiguration {
        sets = Collections.unmodifiableMap(new TreeMap<>(sets));
        Checks checks =
                new Checks().that(!sets.isEmpty(), "sets", "must not be empty").atLeast("keepCycles", keepCycles, 1);
        for (String name : sets.keySet()) {
            checks.that(
                    name.matches("[A-Za-z0-9_-]{1,60}"),
                    "sets." + name,
                    "must have a name of letters, digits, '_' and '-'");
        }
        for (RequiredMetric required : gate.required()) {
            checks.that(
                    sets.containsKey(required.set()),
                    "gate",
                    "must name some of the sets " + sets.keySet() + ", found " + required.set());
        }
        checks.verify();
    }

    public Path registryFolder() {
        return registry == null ? state.resolve("registry") : registry;
    }
}
