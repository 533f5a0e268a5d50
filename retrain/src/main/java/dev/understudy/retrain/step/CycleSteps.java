package dev.understudy.retrain.step;

import dev.understudy.pipeline.progress.RunObserver;
import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.retrain.cycle.CycleStep;
import dev.understudy.retrain.drift.DriftConfiguration;
import dev.understudy.retrain.frames.FrameInlet;
import dev.understudy.retrain.frames.FramePool;
import dev.understudy.retrain.gate.GateConfiguration;
import dev.understudy.retrain.measure.EvaluationSet;
import dev.understudy.retrain.registry.Registry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that the steps of a cycle are made of.
 *
 * @param state folder of all cycles
 * @param anyway go on without a new frame
 * @param acceptChangedSets compare even if an evaluation set has changed
 */
public record CycleSteps(
        Path state,
        Registry registry,
        FrameInlet frames,
        LabellingRecipe label,
        StudentRecipe student,
        Map<String, EvaluationSet> sets,
        GateConfiguration gate,
        DriftConfiguration drift,
        @Nullable SelfTraining selfTraining,
        boolean anyway,
        boolean acceptChangedSets) {

    /** Whether a cycle was stopped because too many new frames could not be read. */
    public static boolean tooManyQuarantined(CycleRecord record) {
        return record.step(LabelStep.NAME)
                .filter(step -> "true".equals(step.outputs().get(LabelStep.TOO_MANY)))
                .isPresent();
    }

    /** In their order. */
    public List<CycleStep> steps(RunObserver observer) {
        FramePool pool = new FramePool(state.resolve("frames"));
        Path stores = state.resolve("stores");
        ExpertBench bench = new ExpertBench(
                label.expert(), registry, student.trainer().network().architecture(), student.classes());
        List<CycleStep> steps = new ArrayList<>(List.of(
                new IntakeStep(frames, pool, registry, anyway),
                new LabellersStep(bench, selfTraining),
                new LabelStep(label, bench, stores, observer),
                new WatchStep(drift),
                new CalibrateStep(label, bench, observer)));
        if (!label.policy().promises().isEmpty()) {
            steps.add(new PromiseStep(label, bench, drift, observer));
        }
        steps.addAll(List.of(
                new FilterStep(label),
                new TrainStep(student, label, registry, observer),
                new MeasureStep(MeasureStep.CHAMPION, student, sets, registry, observer),
                new MeasureStep(MeasureStep.CHALLENGER, student, sets, registry, observer),
                new JudgeStep(gate, student, sets, registry, pool, acceptChangedSets)));
        return List.copyOf(steps);
    }
}
