package dev.understudy.retrain.step;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.reliability.ReliabilityFile;
import dev.understudy.labeler.reliability.ReliabilityLearning;
import dev.understudy.labeler.reliability.ReliabilityModel;
import dev.understudy.model.engine.Precision;
import dev.understudy.pipeline.RunObserver;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.filter.CalibrationRun;
import dev.understudy.pipeline.filter.CalibrationRun.CalibrationChoice;
import dev.understudy.pipeline.filter.CalibrationRun.CalibrationSummary;
import dev.understudy.pipeline.filter.CalibrationRun.LearnedSummary;
import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.retrain.cycle.CycleRecord.Measure;
import dev.understudy.retrain.cycle.CycleStep;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.cycle.CycleStep.StepResult;
import dev.understudy.retrain.gate.GateConfiguration;
import dev.understudy.retrain.measure.DriftWatch.DriftConfiguration;
import dev.understudy.retrain.measure.EvaluationSet;
import dev.understudy.retrain.registry.Registry;
import dev.understudy.retrain.step.LabellersStep.ExpertBench;
import dev.understudy.retrain.step.LabellersStep.Labellers;
import dev.understudy.retrain.step.LabellersStep.SelfTraining;
import dev.understudy.retrain.step.LabellingRecipe.Calibrating;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StoreDescription.Calibration;
import dev.understudy.store.StorePublisher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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
                label.expert(),
                registry,
                student.trainer().network().architecture(),
                student.classes(),
                Precision.AUTO.ofBuiltIn());
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

    /**
     * Fits the calibration of every labeller to annotated frames, which it labels into a store of their own, and gives
     * it to the store of the new frames.
     */
    private record CalibrateStep(LabellingRecipe recipe, ExpertBench bench, RunObserver observer) implements CycleStep {
        static final String NAME = "calibrate";

        private static final String STORE = "-store";
        private static final String METHOD = "-method";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public SortedMap<String, String> inputs(CycleContext context) throws IOException {
            SortedMap<String, String> inputs = new TreeMap<>(
                    Map.of("store", LabelStep.store(context).toString(), "other-store", LabelStep.otherStore(context)));
            Calibrating calibrating = recipe.calibration();
            if (calibrating != null) {
                inputs.put("calibration", ConfigurationWriter.toYaml(calibrating));
                inputs.put("frames", FileStamps.of(annotated(calibrating)));
            }
            return inputs;
        }

        /** A store that was made anew has lost its calibration. */
        @Override
        public boolean holds(StepResult result) {
            Calibrating calibrating = recipe.calibration();
            if (calibrating == null || calibrating.method() == CalibrationChoice.NONE) {
                return true;
            }
            return result.outputs().entrySet().stream()
                    .filter(output -> output.getKey().endsWith(STORE))
                    .allMatch(output -> {
                        String labeller =
                                output.getKey().substring(0, output.getKey().length() - STORE.length());
                        boolean calibrated = !CalibrationChoice.NONE
                                .key()
                                .equals(result.outputs().get(labeller + METHOD));
                        if (calibrating.method() == CalibrationChoice.LEARNED) {
                            return ReliabilityFile.exists(Path.of(output.getValue()));
                        }
                        try (LabelStore labels = LabelStore.open(Path.of(output.getValue()))) {
                            return calibrated == (labels.description().calibration() != null);
                        }
                    });
        }

        @Override
        public StepResult run(CycleContext context) throws IOException, InterruptedException {
            Calibrating calibrating = recipe.calibration();
            if (calibrating == null) {
                return StepResult.done(Map.of("summary", "none"), List.of());
            }
            Labellers labellers = LabellersStep.of(context);
            Map<String, String> outputs = new TreeMap<>();
            List<Measure> measures = new ArrayList<>();
            if (labellers.asksExpert()) {
                calibrate(calibrating, bench.expert(), LabelStep.store(context), "expert", outputs, measures);
            }
            if (labellers.asksStudent()) {
                Path store = labellers == Labellers.STUDENT
                        ? LabelStep.store(context)
                        : Path.of(LabelStep.otherStore(context));
                ExpertConfiguration student =
                        bench.student(CycleFrames.champion(context).orElseThrow());
                calibrate(calibrating, student, store, "student", outputs, measures);
            }
            return StepResult.done(outputs, measures);
        }

        private void calibrate(
                Calibrating calibrating,
                ExpertConfiguration expert,
                Path store,
                String labeller,
                Map<String, String> outputs,
                List<Measure> measures)
                throws IOException, InterruptedException {
            Manifest annotated = annotated(calibrating);
            Path truth = LabelStep.annotated(recipe, expert, calibrating.manifest(), annotated, store, observer);
            outputs.put(labeller + STORE, store.toString());
            if (calibrating.method() == CalibrationChoice.LEARNED) {
                ReliabilityModel model = learn(calibrating, truth, store);
                outputs.put(labeller + METHOD, CalibrationChoice.LEARNED.key());
                outputs.put(labeller, String.join("\n", LearnedSummary.of(model).lines()));
                return;
            }
            CalibrationSummary summary;
            @Nullable Calibration calibration;
            try (LabelStore labels = LabelStore.open(truth)) {
                CalibrationRun run = new CalibrationRun(labels, new DiskFrameSource(annotated));
                try (Progress progress = observer.progress("calibrate", run.steps())) {
                    summary = run.run(calibrating.method(), progress);
                }
                calibration = run.calibration(summary);
            }
            StorePublisher.calibrate(store, calibration);
            for (CalibrationSummary.Method method : summary.methods()) {
                if (method.name().equals(summary.chosen()) || method.name().equals("none")) {
                    measures.add(Measure.of(
                            "calibration_error",
                            Map.of("labeller", labeller, "method", method.name()),
                            method.calibrationError()));
                }
            }
            outputs.put(labeller + METHOD, summary.chosen());
            outputs.put(labeller, String.join("\n", summary.lines()));
        }

        /**
         * All frames of the manifest are shown, so that runs of neighbours are seen, whichever of them are learned
         * from.
         */
        private ReliabilityModel learn(Calibrating calibrating, Path truth, Path store) throws IOException {
            try (LabelStore labels = LabelStore.open(truth);
                    LabelStore fresh = LabelStore.open(store)) {
                ReliabilityLearning learning = new ReliabilityLearning(
                        labels,
                        new DiskFrameSource(Manifest.read(calibrating.manifest())),
                        calibrating.split(),
                        ReliabilityLearning.UNLABELLED);
                try (Progress progress = observer.progress("learn", learning.steps())) {
                    ReliabilityFile.write(truth, learning.learn(progress::step));
                }
                return ReliabilityFile.copy(labels, fresh);
            }
        }

        private static Manifest annotated(Calibrating calibrating) {
            return Manifest.read(calibrating.manifest(), calibrating.split())
                    .filter(frame -> frame.segmentation() != null);
        }
    }
}
