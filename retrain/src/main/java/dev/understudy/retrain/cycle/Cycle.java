package dev.understudy.retrain.cycle;

import dev.understudy.files.sealed.FolderLock;
import dev.understudy.files.sealed.FolderLock.LockedException;
import dev.understudy.pipeline.step.StepFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * Runs steps in order, each once for the same inputs. The package page says what is kept where. One process at a time:
 * a second one gets a {@link LockedException} at once.
 */
public final class Cycle {
    private final Path state;
    private final List<CycleStep> steps;
    private final Clock clock;
    private final Consumer<String> tell;
    private final CycleBook book;

    /**
     * @param state folder of all cycles of this kind
     * @param tell gets lines for people
     */
    public Cycle(Path state, List<CycleStep> steps, Clock clock, Consumer<String> tell) {
        this.state = state;
        this.steps = List.copyOf(steps);
        this.clock = clock;
        this.tell = tell;
        this.book = new CycleBook(state);
        if (steps.stream().map(CycleStep::name).distinct().count() != steps.size()
                || !steps.stream().allMatch(s -> s.name().matches("[a-z-]+"))) {
            throw new IllegalArgumentException(
                    "steps " + steps.stream().map(CycleStep::name).toList());
        }
    }

    public CycleBook book() {
        return book;
    }

    /** Whether a cycle was begun that did not come to its end, and nobody is at work on it. */
    public boolean isUnfinished() throws IOException {
        if (!latestIsUnfinished()) {
            return false;
        }
        try (FolderLock lock = FolderLock.acquire(state.resolve(".lock"), Duration.ZERO, "a look at the last cycle")) {
            // It may have ended since.
            return latestIsUnfinished();
        } catch (LockedException e) {
            return false;
        }
    }

    private boolean latestIsUnfinished() throws IOException {
        return book.latest().filter(CycleRecord::isUnfinished).isPresent();
    }

    /**
     * Runs one cycle to its end: the unfinished one if there is one, else a new one.
     *
     * @param fresh leave an unfinished cycle alone and begin a new one; what its steps did still counts as done
     * @throws Exception what a step threw; the record says that the cycle failed, and the next run goes on there
     */
    public CycleRecord run(boolean fresh) throws Exception {
        try (FolderLock lock = FolderLock.acquire(state.resolve(".lock"), Duration.ZERO, "a retraining cycle")) {
            Optional<CycleRecord> unfinished =
                    book.latest().filter(CycleRecord::isUnfinished).filter(r -> !fresh);
            CycleRecord record = unfinished.isPresent() ? unfinished.get().again() : book.begin(clock.instant());
            if (unfinished.isPresent()) {
                tell.accept("going on with cycle " + record.id());
                book.write(record);
            }
            return run(record);
        }
    }

    /**
     * Removes the work of old cycles, of which a later one may have to do something again. Records stay.
     *
     * @param keep newest cycles, not counting those that found nothing new
     * @param patience how long to wait for somebody else's cycle to end
     * @throws LockedException if it has not ended by then
     */
    public void prune(int keep, Duration patience) throws IOException {
        try (FolderLock lock = FolderLock.acquire(state.resolve(".lock"), patience, "pruning")) {
            List<CycleRecord> records = new ArrayList<>(book.all());
            records.removeIf(record -> record.outcome() == Outcome.NOTHING_NEW);
            Set<Path> kept = new HashSet<>();
            for (CycleRecord record : records.subList(Math.max(0, records.size() - keep), records.size())) {
                record.steps().forEach(step -> kept.add(StepFolder.path(state, step.name(), step.fingerprint())));
            }
            StepFolder.removeAllBut(state, kept);
        }
    }

    private CycleRecord run(CycleRecord begun) throws Exception {
        CycleRecord record = begun;
        Map<String, StepResult> results = new LinkedHashMap<>();
        for (CycleStep step : steps) {
            CycleContext asking = new CycleContext(record.id(), state, results, tell);
            SortedMap<String, String> inputs = step.inputs(asking);
            StepFolder<StepResult> folder = StepFolder.of(state, step.name(), inputs, StepResult.class);
            CycleContext context = new CycleContext(record.id(), folder.path(), results, tell);
            long start = clock.millis();
            Optional<StepResult> before = before(step, folder);
            StepResult result;
            if (before.isPresent()) {
                tell.accept(step.name() + ": done before");
                result = before.get();
            } else {
                try {
                    result = attempt(step, context, folder);
                } catch (Exception e) {
                    fail(record, step, folder, inputs, seconds(start), e);
                    throw e;
                }
            }
            results.put(step.name(), result);
            record = record.with(new CycleRecord.Step(
                    step.name(),
                    before.isPresent() ? CycleRecord.State.SKIPPED : CycleRecord.State.DONE,
                    folder.fingerprint(),
                    inputs,
                    seconds(start),
                    result.outputs(),
                    result.measures()));
            if (result.ending() != null) {
                return end(record, result.ending(), result.reason());
            }
            book.write(record);
        }
        throw new IllegalStateException("the last step did not end the cycle");
    }

    private Optional<StepResult> before(CycleStep step, StepFolder<StepResult> folder) throws IOException {
        Optional<StepResult> before = folder.done(tell);
        return before.isPresent() && step.holds(before.get()) ? before : Optional.empty();
    }

    private StepResult attempt(CycleStep step, CycleContext context, StepFolder<StepResult> folder) throws Exception {
        tell.accept(step.name() + " …");
        Files.createDirectories(folder.path());
        StepResult result = step.run(context);
        folder.markDone(result);
        return result;
    }

    private CycleRecord end(CycleRecord record, Outcome outcome, String reason) throws IOException {
        CycleRecord ended = record.ended(outcome, reason, clock.instant());
        book.write(ended);
        return ended;
    }

    /** Says so in the record if the disk still takes it; an interrupted cycle simply goes on another time. */
    private void fail(
            CycleRecord record,
            CycleStep step,
            StepFolder<StepResult> folder,
            SortedMap<String, String> inputs,
            double seconds,
            Exception failure) {
        if (failure instanceof InterruptedException) {
            return;
        }
        try {
            end(
                    record.with(CycleRecord.failed(step.name(), folder.fingerprint(), inputs, seconds)),
                    Outcome.FAILED,
                    step.name() + ": " + failure.getMessage());
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private double seconds(long startMillis) {
        return (clock.millis() - startMillis) / 1000.0;
    }
}
