package dev.understudy.retrain.cycle;

import com.fasterxml.jackson.databind.SerializationFeature;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.FolderLock;
import dev.understudy.files.FolderLock.LockedException;
import dev.understudy.files.StrictJson;
import dev.understudy.pipeline.StepFolder;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.cycle.CycleStep.StepResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

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

    /** The records of all cycles, {@code cycles/<id>/cycle.json}. */
    public static final class CycleBook {
        private static final int LARGEST = 16 << 20;
        private static final DateTimeFormatter ID =
                DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

        private final Path folder;

        /** @param state the cycles' state folder */
        public CycleBook(Path state) {
            this.folder = state.resolve("cycles");
        }

        /** Where a cycle's record and report are. */
        public Path folder(String id) {
            return folder.resolve(id);
        }

        public Path file(String id) {
            return folder(id).resolve("cycle.json");
        }

        /** All cycles, oldest first. */
        public List<CycleRecord> all() throws IOException {
            List<CycleRecord> records = new ArrayList<>();
            for (String id : ids()) {
                records.add(read(id));
            }
            return records;
        }

        public Optional<CycleRecord> latest() throws IOException {
            List<String> ids = ids();
            return ids.isEmpty() ? Optional.empty() : Optional.of(read(ids.get(ids.size() - 1)));
        }

        /**
         * A new record whose id comes after all others. Where the clock has gone back since the last cycle, it goes on
         * under that one's time: otherwise the last would stay the latest until the clock is there again.
         */
        CycleRecord begin(Instant now) throws IOException {
            String base = Stream.concat(
                            Stream.of(ID.format(now)), ids().stream().map(CycleBook::time))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            String id = base;
            for (int more = 2; Files.exists(folder(id), LinkOption.NOFOLLOW_LINKS); more++) {
                id = base + "-" + more;
            }
            CycleRecord record = CycleRecord.begun(id, now);
            write(record);
            return record;
        }

        void write(CycleRecord record) throws IOException {
            byte[] bytes =
                    StrictJson.MAPPER.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(record);
            if (bytes.length > LARGEST) {
                throw new DataException(
                        file(record.id()) + ": found a record of " + bytes.length + " bytes, expected at most "
                                + LARGEST + ", which is what can be read back; shorten the recipe");
            }
            AtomicFile.write(file(record.id()), bytes);
        }

        private CycleRecord read(String id) throws IOException {
            Path file = file(id);
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                byte[] bytes = in.readNBytes(LARGEST + 1);
                if (bytes.length > LARGEST) {
                    throw damaged(file, "more than " + LARGEST + " bytes", null);
                }
                CycleRecord record = StrictJson.MAPPER.readValue(bytes, CycleRecord.class);
                if (!record.id().equals(id)) {
                    throw damaged(file, "cycle " + record.id(), null);
                }
                return record;
            } catch (com.fasterxml.jackson.core.JsonProcessingException | IllegalArgumentException e) {
                throw damaged(
                        file, String.valueOf(e.getMessage()).lines().findFirst().orElse("nothing"), e);
            }
        }

        private static DataException damaged(
                Path file, String found, @org.jspecify.annotations.Nullable Throwable cause) {
            return new DataException(
                    file + ": found " + found + ", expected the record of a cycle; remove its folder", cause);
        }

        private static String time(String id) {
            return id.substring(0, 16);
        }

        /** Only folders with a record: one that died before its first is as if it had never been. */
        private List<String> ids() throws IOException {
            if (!Files.isDirectory(folder)) {
                return List.of();
            }
            try (Stream<Path> children = Files.list(folder)) {
                return children.map(p -> p.getFileName().toString())
                        .filter(n -> n.matches(CycleRecord.ID))
                        .filter(n -> Files.isRegularFile(file(n), LinkOption.NOFOLLOW_LINKS))
                        .sorted(Comparator.comparing(CycleBook::time)
                                .thenComparingInt(String::length)
                                .thenComparing(n -> n))
                        .toList();
            }
        }
    }
}
