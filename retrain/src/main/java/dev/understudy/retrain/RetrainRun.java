package dev.understudy.retrain;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.conf.Default;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.FolderLock.LockedException;
import dev.understudy.pipeline.RunObserver;
import dev.understudy.retrain.Notices.NoticeConfiguration;
import dev.understudy.retrain.cycle.Cycle;
import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import dev.understudy.retrain.gate.GateConfiguration;
import dev.understudy.retrain.gate.GateConfiguration.RequiredMetric;
import dev.understudy.retrain.measure.DriftWatch.DriftConfiguration;
import dev.understudy.retrain.measure.EvaluationSet;
import dev.understudy.retrain.registry.Registry;
import dev.understudy.retrain.step.CycleSteps;
import dev.understudy.retrain.step.FrameInlet;
import dev.understudy.retrain.step.LabellersStep.SelfTraining;
import dev.understudy.retrain.step.LabellingRecipe;
import dev.understudy.retrain.step.StudentRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One cycle after another from a configuration, each with its report and its notices. */
public final class RetrainRun {
    /** File in a cycle's folder that says that its outcome has been told. */
    private static final String TOLD = "told";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Shows a cycle to people. */
    public interface Reporter {
        /** Writes what there is to see into the cycle's folder. */
        void write(CycleRecord record, Path folder) throws IOException;
    }

    private final RetrainConfiguration configuration;
    private final Reporter reporter;
    private final RunObserver observer;
    private final Cycle cycle;

    /**
     * @param registry of the configuration
     * @param anyway go on without a new frame
     * @param acceptChangedSets compare even if an evaluation set has changed
     */
    public RetrainRun(
            RetrainConfiguration configuration,
            Registry registry,
            boolean anyway,
            boolean acceptChangedSets,
            Clock clock,
            Reporter reporter,
            RunObserver observer) {
        this.configuration = configuration;
        this.reporter = reporter;
        this.observer = observer;
        CycleSteps steps = new CycleSteps(
                configuration.state(),
                registry,
                configuration.frames(),
                configuration.label(),
                configuration.student(),
                configuration.sets(),
                configuration.gate(),
                configuration.drift(),
                configuration.selfTraining(),
                anyway,
                acceptChangedSets);
        this.cycle = new Cycle(configuration.state(), steps.steps(observer), clock, observer::tell);
    }

    public boolean isUnfinished() throws IOException {
        return cycle.isUnfinished();
    }

    /** Where the reports of a cycle are. */
    public Path folder(CycleRecord record) {
        return cycle.book().folder(record.id());
    }

    /**
     * Runs a cycle to its end, and tells of it.
     *
     * @param fresh leave an unfinished cycle alone
     * @throws Exception what a step threw, after that has been told too
     */
    public CycleRecord run(boolean fresh) throws Exception {
        tellWhatNobodyHeard();
        CycleRecord record;
        try {
            record = cycle.run(fresh);
        } catch (Exception e) {
            Optional<CycleRecord> failed = cycle.book().latest().filter(r -> r.outcome() == Outcome.FAILED);
            if (failed.isPresent()) {
                tell(failed.get());
            }
            throw e;
        }
        tell(record);
        prune();
        return record;
    }

    /** What has been done stands, whoever is at work by now: the next cycle removes what this one leaves. */
    private void prune() throws IOException {
        try {
            cycle.prune(configuration.keepCycles(), PATIENCE);
        } catch (LockedException e) {
            observer.tell("the work of old cycles stays until the next one ends: " + e.getMessage());
        }
    }

    /** Of a process that was killed between the end of its cycle and its notices. */
    private void tellWhatNobodyHeard() throws IOException, InterruptedException {
        Optional<CycleRecord> latest = cycle.book().latest();
        if (latest.isPresent()
                && latest.get().hasEnded()
                && !Files.exists(folder(latest.get()).resolve(TOLD))) {
            tell(latest.get());
        }
    }

    private void tell(CycleRecord record) throws IOException, InterruptedException {
        Path folder = folder(record);
        AtomicFile.write(folder.resolve("retrain.yaml"), ConfigurationWriter.toYaml(configuration));
        try {
            reporter.write(record, folder);
        } catch (IOException | RuntimeException e) {
            observer.tell("the report of cycle " + record.id() + " could not be made: " + e
                    + (e.getCause() == null ? "" : ", " + e.getCause().getMessage()));
        }
        new Notices(configuration.notice(), observer::tell)
                .send(record, cycle.book().file(record.id()));
        if (record.hasEnded()) {
            AtomicFile.write(folder.resolve(TOLD), "");
        }
    }

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
            Checks checks = new Checks()
                    .that(!sets.isEmpty(), "sets", "must not be empty")
                    .atLeast("keepCycles", keepCycles, 1);
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
}
