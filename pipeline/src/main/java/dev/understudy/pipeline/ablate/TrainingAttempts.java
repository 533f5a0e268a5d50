package dev.understudy.pipeline.ablate;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.FolderLock;
import dev.understudy.files.FolderLock.LockedException;
import dev.understudy.pipeline.StepFolder;
import dev.understudy.pipeline.spark.SparkRuntime.TaskGpus;
import dev.understudy.pipeline.train.TrainConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One training that may be tried twice at a time: Spark does so ({@code spark.speculation}, or an executor that it
 * believes lost). Each attempt works in a folder of its own, {@code attempt-0} and on: the first whose lock is free,
 * which is that of an attempt that was killed, or a new one. Whichever is done first gives its folder the name
 * {@code student} and writes what came of it, which is the same for all; the others' work is removed.
 *
 * @param work where all of this is
 * @param files beside the mark, without which it is not done
 */
record TrainingAttempts<R>(StepFolder<R> work, List<Path> files) {
    /** For writing the result, which takes no time. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String ATTEMPT = "attempt-";
    private static final int MOST_ATTEMPTS = 100;

    /** A training that goes on from the newest checkpoint of its folder. */
    @FunctionalInterface
    interface Training<R> {
        R in(Path own) throws IOException;
    }

    /** The folder of the attempt that was first. */
    static Path kept(StepFolder<?> work) {
        return work.path().resolve("student");
    }

    /**
     * A recipe that came as YAML, for the folder of an attempt and the GPUs that Spark gave.
     *
     * @param name what errors call it
     */
    static TrainConfiguration recipe(String name, String yaml, Path own) {
        TrainConfiguration recipe = ConfigurationLoader.parse(name, yaml, TrainConfiguration.class, List.of())
                .withOut(own);
        return recipe.withDevice(TaskGpus.given(recipe.device()));
    }

    boolean isDone() throws IOException {
        return work.done(line -> {}).isPresent() && files.stream().allMatch(Files::exists);
    }

    /** Trains, if that is not done. */
    void run(Training<R> training) throws IOException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Path own = work.path().resolve(ATTEMPT + attempt);
            Optional<FolderLock> lock = FolderLock.tryAcquire(lockOf(own), "train a student");
            if (lock.isPresent()) {
                try (FolderLock held = lock.get()) {
                    runIn(own, training);
                }
                return;
            }
        }
        throw new LockedException(work.path() + ": found " + MOST_ATTEMPTS
                + " attempts at work on one student, expected one or two; end the other ablations in this folder");
    }

    private void runIn(Path own, Training<R> training) throws IOException {
        try {
            if (!isDone()) {
                commit(own, training.in(own));
            }
        } finally {
            if (isDone()) {
                delete(own);
            }
        }
    }

    private void commit(Path own, R result) throws IOException {
        Path kept = kept(work);
        try (FolderLock lock = FolderLock.acquire(lockOf(kept), PATIENCE, "keep a student")) {
            if (!isDone()) {
                // Of one who died right here.
                delete(kept);
                AtomicFile.publish(own, kept);
                work.markDone(result);
            }
        }
    }

    /** Removes what attempts have left that were killed because another one was first. */
    void removeLost() throws IOException {
        if (!isDone()) {
            return;
        }
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Path left = work.path().resolve(ATTEMPT + attempt);
            if (Files.isDirectory(left)) {
                Optional<FolderLock> lock = FolderLock.tryAcquire(lockOf(left), "remove what a student left");
                if (lock.isPresent()) {
                    try (FolderLock held = lock.get()) {
                        delete(left);
                    }
                }
            }
        }
    }

    private static Path lockOf(Path attempt) {
        return attempt.resolveSibling("." + attempt.getFileName() + ".lock");
    }

    private static void delete(Path tree) throws IOException {
        if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> files = Files.walk(tree)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
