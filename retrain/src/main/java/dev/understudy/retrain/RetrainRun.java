package dev.understudy.retrain;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.FolderLock.LockedException;
import dev.understudy.pipeline.RunObserver;
import dev.understudy.retrain.cycle.Cycle;
import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import dev.understudy.retrain.registry.Registry;
import dev.understudy.retrain.step.CycleSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

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
}
