package dev.understudy.retrain.step;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.evaluation.SegmentationMetrics;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.labeler.ExpertPredictor;
import dev.understudy.labeler.NetworkExpert;
import dev.understudy.model.engine.Precision;
import dev.understudy.retrain.cycle.CycleRecord.Measure;
import dev.understudy.retrain.cycle.CycleStep;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.cycle.CycleStep.StepResult;
import dev.understudy.retrain.gate.Gate;
import dev.understudy.retrain.gate.GateConfiguration;
import dev.understudy.retrain.gate.GateConfiguration.RequiredMetric;
import dev.understudy.retrain.gate.MeasuredModel;
import dev.understudy.retrain.gate.MeasuredSet;
import dev.understudy.retrain.gate.Verdict.Finding;
import dev.understudy.retrain.measure.EvaluationSet;
import dev.understudy.retrain.measure.StudentMeasurement;
import dev.understudy.retrain.registry.Registry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides who labels: the expert, unless the champion's labels are measured to be better and the configuration lets it.
 *
 * @param selfTraining null = always the expert
 */
public record LabellersStep(ExpertBench bench, @Nullable SelfTraining selfTraining) implements CycleStep {
    public static final String NAME = "labellers";
    private static final String SET = "held-out";

    @Override
    public String name() {
        return NAME;
    }

    static Labellers of(CycleContext context) {
        return Labellers.parse(context.output(NAME, "labellers"));
    }

    @Override
    public SortedMap<String, String> inputs(CycleContext context) throws IOException {
        SortedMap<String, String> inputs = new TreeMap<>();
        if (selfTraining != null) {
            inputs.put("selfTraining", ConfigurationWriter.toYaml(selfTraining));
            inputs.put("heldOut", selfTraining.heldOut().digest());
            inputs.put("heldOut-scenes", selfTraining.heldOut().sceneDigest());
            inputs.put("expert", ConfigurationWriter.toYaml(bench.expert()));
            inputs.put("expert-fingerprint", ExpertPlan.of(bench.expert()).fingerprint());
            inputs.put("champion-sha256", CycleFrames.championSha256(context));
            StudentRecipe.addPrecision(bench.precision(), inputs);
        }
        return inputs;
    }

    @Override
    public StepResult run(CycleContext context) throws IOException {
        Optional<String> champion = CycleFrames.champion(context);
        if (selfTraining == null || champion.isEmpty()) {
            String why = selfTraining == null ? "no self-training" : "no champion yet";
            return StepResult.done(Map.of("labellers", Labellers.EXPERT.key(), "reason", why), List.of());
        }
        Finding finding = compare(selfTraining, bench.student(champion.get()));
        Labellers labellers = !finding.passed()
                ? Labellers.EXPERT
                : selfTraining.role() == SelfTraining.Role.REPLACE ? Labellers.STUDENT : Labellers.BOTH;
        context.tell().accept("labellers: " + labellers.key() + "; mIoU of the labels " + finding.reason());
        return StepResult.done(
                Map.of("labellers", labellers.key(), "reason", "mIoU of the labels " + finding.reason()),
                List.of(Measure.of("student_labels", labellers.asksStudent() ? 1 : 0)));
    }

    private Finding compare(SelfTraining rule, ExpertConfiguration student) throws IOException {
        RequiredMetric required = new RequiredMetric(SET, SegmentationMetrics.MIOU.key(), rule.minimumGain());
        GateConfiguration configuration = new GateConfiguration(
                List.of(required),
                new GateConfiguration.Classes(1, 0, Map.of()),
                rule.bootstrap(),
                new GateConfiguration.Limits(null, null, null),
                0,
                1);
        return new Gate(configuration)
                .compare(required, measured("expert", bench.expert(), rule), measured("student", student, rule));
    }

    private static MeasuredModel measured(String name, ExpertConfiguration configuration, SelfTraining rule)
            throws IOException {
        ExpertPlan plan = ExpertPlan.of(configuration);
        ClassSpace labels = Objects.requireNonNull(plan.labels());
        int threads = Runtime.getRuntime().availableProcessors();
        try (FramePredictor predictor = new ExpertPredictor(NetworkExpert.load(configuration, threads), plan.tasks())) {
            MeasuredSet set = StudentMeasurement.labels(SET, rule.heldOut(), labels, predictor);
            return new MeasuredModel(name, List.of(set), null, 0, null);
        }
    }

    /** Who labels the frames of a cycle. */
    public enum Labellers {
        /** The configured expert. */
        EXPERT,
        /** The champion, in the expert's place. */
        STUDENT,
        /** The expert, and of its labels those that the champion agrees with. */
        BOTH;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Labellers parse(String key) {
            return valueOf(key.toUpperCase(Locale.ROOT));
        }

        boolean asksExpert() {
            return this != STUDENT;
        }

        boolean asksStudent() {
            return this != EXPERT;
        }
    }

    /**
     * Whether the champion may label for its successor. It may once its labels on {@code heldOut} have a higher mIoU
     * than the expert's, by at least {@code minimumGain} and beyond noise; both look at the frames in the same views.
     *
     * @param role what it becomes then
     * @param heldOut annotated frames that neither has learnt from
     * @param minimumGain of mIoU, 0–1
     */
    public record SelfTraining(
            Role role,
            EvaluationSet heldOut,
            @Default("0") double minimumGain,
            @Default("{}") GateConfiguration.Bootstrap bootstrap) {
        /** What the student becomes. */
        public enum Role {
            /** Labels in the expert's place. */
            REPLACE,
            /** Labels too; what the two disagree on is dropped. */
            JOIN
        }

        public SelfTraining {
            new Checks().unit("minimumGain", minimumGain).verify();
        }
    }

    /** The experts that a cycle may ask: the configured one, and a student made to look like one. */
    static final class ExpertBench {
        private final ExpertConfiguration expert;
        private final Registry registry;
        private final String architecture;
        private final String classes;
        private final Precision precision;

        /**
         * @param architecture of students
         * @param classes class space of their outputs
         * @param precision that they are calculated in
         */
        ExpertBench(
                ExpertConfiguration expert,
                Registry registry,
                String architecture,
                String classes,
                Precision precision) {
            this.expert = expert;
            this.registry = registry;
            this.architecture = architecture;
            this.classes = classes;
            this.precision = precision;
        }

        Precision precision() {
            return precision;
        }

        ExpertConfiguration expert() {
            return expert;
        }

        /** @throws ConfigurationException if the two would label in different class spaces */
        ExpertConfiguration student(String version) throws IOException {
            ClassSpace labels = ExpertPlan.of(expert).labels();
            if (labels == null || !labels.name().equals(classes)) {
                throw new ConfigurationException("selfTraining: the student's classes are " + classes
                        + ", the expert's labels " + (labels == null ? "depth alone" : labels.name())
                        + "; they must be the same for one to stand in for the other");
            }
            Path weights = registry.weights(version);
            return ExpertConfiguration.of(architecture, weights)
                    .tasks(List.of(Task.SEGMENTATION))
                    .classes(classes)
                    .topK(expert.topK())
                    .scales(expert.scales())
                    .mirror(expert.mirror())
                    .device(expert.device())
                    .build();
        }
    }
}
