package dev.understudy.trainer;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.trainer.progress.TrainingListener.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one run. Whatever happens while one is written, those before it stay as they were. Used by one
 * thread.
 */
public final class CheckpointFolder {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WEIGHTS = "weights.pth";
    private static final String STATE = "state.pth";
    private static final String DESCRIPTION = "checkpoint.json";
    private static final String PREFIX = "step-";

    private final Path out;
    private final Path folder;
    private final int keep;
    private final RunIdentity run;

    /**
     * @param out of the run
     * @param keep newest checkpoints, at least 1
     */
    public CheckpointFolder(Path out, int keep, RunIdentity run) {
        this.out = out;
        this.folder = out.resolve("checkpoints");
        this.keep = keep;
        this.run = run;
    }

    /** The weights that validated best. */
    public Path best() {
        return out.resolve("best.pth");
    }

    /** The weights of the newest checkpoint. */
    public Path last() {
        return out.resolve("last.pth");
    }

    /** Whether a run has left anything here. */
    public boolean isUsed() {
        return Files.exists(folder);
    }

    /** @param shown the weights to use outside: the moving average where there is one */
    public void save(TrainingState state, Checkpoint shown) {
        Path target = folder.resolve(
                String.format(Locale.ROOT, "%s%08d", PREFIX, state.position().step()));
        try {
            Path temporary = AtomicFile.temporaryBeside(target);
            try {
                write(state, temporary);
                delete(target);
                AtomicFile.publish(temporary, target);
            } finally {
                delete(temporary);
            }
            saveLast(shown);
            for (Path old : newestFirst().stream().skip(keep).toList()) {
                delete(old);
            }
        } catch (IOException e) {
            throw cannotWrite(target, e);
        }
    }

    /**
     * Keeps {@code shown} as the weights of the newest checkpoint, for a run that was killed before it came to that.
     */
    public void saveLast(Checkpoint shown) {
        try {
            PyTorchZipWriter.write(last(), shown);
        } catch (IOException e) {
            throw cannotWrite(last(), e);
        }
    }

    private void write(TrainingState state, Path temporary) throws IOException {
        Files.createDirectories(temporary);
        Map<String, String> files = new LinkedHashMap<>();
        files.put(
                WEIGHTS,
                PyTorchZipWriter.write(temporary.resolve(WEIGHTS), state.weights())
                        .sha256());
        files.put(
                STATE,
                PyTorchZipWriter.write(temporary.resolve(STATE), state.tensors())
                        .sha256());
        CheckpointDescription description = new CheckpointDescription(
                CheckpointDescription.FORMAT,
                CheckpointDescription.VERSION,
                run,
                state.position(),
                state.taskWeights(),
                state.best(),
                files);
        AtomicFile.write(temporary.resolve(DESCRIPTION), JSON.writeValueAsBytes(description));
    }

    /** Keeps {@code shown} as the best weights so far. */
    public void saveBest(Checkpoint shown, List<Score> scores) {
        try {
            PyTorchZipWriter.write(best(), shown);
            Map<String, Double> byName = new LinkedHashMap<>();
            scores.forEach(score -> byName.put(score.name(), score.value()));
            AtomicFile.write(scores(), JSON.writeValueAsBytes(byName));
        } catch (IOException e) {
            throw cannotWrite(best(), e);
        }
    }

    /** Keeps another run's best weights as the best so far, if it has any. */
    void saveBestOf(CheckpointFolder other) {
        try {
            if (Files.exists(other.best())) {
                AtomicFile.write(best(), Files.readAllBytes(other.best()));
                AtomicFile.write(scores(), Files.readAllBytes(other.scores()));
            }
        } catch (IOException e) {
            throw cannotWrite(best(), e);
        }
    }

    private Path scores() {
        return out.resolve("best.json");
    }

    /**
     * The newest checkpoint that is whole. Damaged ones are passed over with a warning.
     *
     * @throws ConfigurationException if it is of a run that was asked for something else, or on other frames or labels
     */
    public Optional<TrainingState> newest() {
        List<Path> all = newestFirst();
        for (Path checkpoint : all) {
            try {
                return Optional.of(read(checkpoint));
            } catch (IOException | DataException e) {
                LOG.warn("{}: damaged ({}); trying the one before", checkpoint, e.getMessage());
            }
        }
        if (!all.isEmpty()) {
            LOG.warn("{}: no checkpoint is whole; training begins anew", folder);
        }
        return Optional.empty();
    }

    private TrainingState read(Path checkpoint) throws IOException {
        CheckpointDescription description = describe(checkpoint.resolve(DESCRIPTION));
        for (String name : List.of(WEIGHTS, STATE)) {
            String found = Sha256.of(checkpoint.resolve(name));
            if (!found.equals(description.files().get(name))) {
                throw new DataException(name + " has SHA-256 " + found + ", expected "
                        + description.files().get(name));
            }
        }
        compare(checkpoint, Objects.requireNonNull(description.run()));
        return new TrainingState(
                description.position(),
                CheckpointReader.read(checkpoint.resolve(WEIGHTS)),
                CheckpointReader.read(checkpoint.resolve(STATE)),
                description.taskWeights(),
                description.best());
    }

    private void compare(Path checkpoint, RunIdentity theirs) {
        run.conflict(theirs).ifPresent(conflict -> {
            throw new ConfigurationException(checkpoint + ": " + conflict);
        });
        if (theirs.threads() != run.threads()) {
            LOG.warn(
                    "{}: was written with {} threads, going on with {}; the weights will differ in last digits from those"
                            + " of a run with the same number throughout",
                    checkpoint,
                    theirs.threads(),
                    run.threads());
        }
    }

    private static CheckpointDescription describe(Path file) throws IOException {
        try {
            CheckpointDescription description = JSON.readValue(Files.readAllBytes(file), CheckpointDescription.class);
            if (!CheckpointDescription.FORMAT.equals(description.format())
                    || description.version() != CheckpointDescription.VERSION) {
                throw new DataException(file.getFileName() + " is of format " + description.format() + " version "
                        + description.version() + ", expected " + CheckpointDescription.FORMAT + " version "
                        + CheckpointDescription.VERSION);
            }
            return description;
        } catch (JacksonException e) {
            throw new DataException(file.getFileName() + " cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private List<Path> newestFirst() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(p -> p.getFileName().toString().startsWith(PREFIX))
                    .sorted(Comparator.comparing((Path p) -> p.getFileName().toString())
                            .reversed())
                    .toList();
        } catch (IOException e) {
            throw new DataException(folder + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static DataException cannotWrite(Path file, IOException e) {
        return new DataException(
                file + ": cannot be written (" + e.getMessage() + "); is the disk full? Earlier checkpoints are intact",
                e);
    }

    /**
     * {@code checkpoint.json}.
     *
     * @param format always {@value #FORMAT}
     * @param run whose it is
     * @param files checksums by name
     */
    record CheckpointDescription(
            String format,
            int version,
            @Nullable RunIdentity run,
            TrainingPosition position,
            Map<String, Double> taskWeights,
            Map<String, Double> best,
            Map<String, String> files) {
        static final String FORMAT = "understudy-training";
        static final int VERSION = 2;
    }

    /**
     * All that a run needs to go on as if it had never stopped. Random numbers are not among it: they are made from the
     * seed and the step.
     *
     * @param position where it stands
     * @param weights the network's parameters and running statistics
     * @param tensors the optimiser's and the moving average's, by name
     * @param taskWeights what the joint loss has learned
     * @param best scores of the best weights so far, by name; empty if there are none
     */
    public record TrainingState(
            TrainingPosition position,
            Checkpoint weights,
            Checkpoint tensors,
            Map<String, Double> taskWeights,
            Map<String, Double> best) {}

    /**
     * Where a run stands.
     *
     * @param stage index of the stage
     * @param stageStep steps done in it
     * @param step steps done in all
     */
    public record TrainingPosition(int stage, long stageStep, long step) {
        public static final TrainingPosition START = new TrainingPosition(0, 0, 0);
    }

    /**
     * What a checkpoint must have in common with the run that goes on from it.
     *
     * @param configuration SHA-256 of what the run was asked to learn
     * @param frames number of them by source: with others the sampler would go on elsewhere
     * @param labels what they are annotated with, part of a source → value in canonical form; empty in checkpoints of
     *     older versions, which cannot tell
     * @param threads that the engine uses; others may change last digits, which is told and not refused
     */
    record RunIdentity(
            String configuration,
            Map<String, Integer> frames,
            @Nullable Map<String, String> labels,
            int threads) {
        private static final int LONGEST_SHOWN = 120;
        private static final int MOST_SHOWN = 3;

        public RunIdentity {
            frames = Collections.unmodifiableMap(new TreeMap<>(frames));
            labels = labels == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(labels));
        }

        /**
         * What keeps a run from going on from a checkpoint, in words; empty if nothing does.
         *
         * @param theirs the checkpoint's
         */
        Optional<String> conflict(RunIdentity theirs) {
            if (!theirs.configuration.equals(configuration)) {
                return Optional.of(
                        "is of a run with another configuration; resume with the one in its folder, or train into"
                                + " another folder");
            }
            if (!theirs.frames.equals(frames)) {
                return Optional.of("is of a run on " + theirs.frames + " frames, found " + frames
                        + "; resume with the same, or train into another folder");
            }
            List<String> differences = differences(theirs.labels);
            return differences.isEmpty()
                    ? Optional.empty()
                    : Optional.of("is of a run on other labels: "
                            + differences.stream().limit(MOST_SHOWN).collect(Collectors.joining("; "))
                            + (differences.size() > MOST_SHOWN
                                    ? "; and " + (differences.size() - MOST_SHOWN) + " more"
                                    : "")
                            + "; resume with the same, or train into another folder");
        }

        private List<String> differences(Map<String, String> theirs) {
            if (theirs.isEmpty()) {
                return List.of();
            }
            SortedSet<String> parts = new TreeSet<>(theirs.keySet());
            parts.addAll(labels.keySet());
            return parts.stream()
                    .filter(part -> !Objects.equals(theirs.get(part), labels.get(part)))
                    .map(part -> part + " was " + shown(theirs.get(part)) + ", found " + shown(labels.get(part)))
                    .toList();
        }

        private static String shown(@Nullable String value) {
            String text = value == null ? "none" : value.strip().replaceAll("\\s*\\n\\s*", " ");
            return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
        }
    }
}
