package dev.understudy.pipeline;

import dev.understudy.files.DataException;
import dev.understudy.files.SealedJson;
import dev.understudy.store.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Where a step with given inputs works and leaves its mark, {@code <state>/work/<step>/<fingerprint>}. A step that was
 * killed finds its own files there again; one that is done is not done again.
 *
 * @param result what is kept of a step that is done: a record that {@link SealedJson} can write
 */
public record StepFolder<R>(Path path, String fingerprint, Class<R> result) {
    private static final String WORK = "work";
    private static final String MARK_FILE = "done.json";

    /**
     * @param state folder of all steps
     * @param inputs all that decides what is done, name → value in canonical form
     */
    public static <R> StepFolder<R> of(Path state, String step, SortedMap<String, String> inputs, Class<R> result) {
        String fingerprint = new Fingerprint(inputs).digest();
        return new StepFolder<>(path(state, step, fingerprint), fingerprint, result);
    }

    public static Path path(Path state, String step, String fingerprint) {
        return state.resolve(WORK).resolve(step).resolve(fingerprint);
    }

    /** Removes the folders of all steps but {@code kept}. */
    public static void removeAllBut(Path state, Set<Path> kept) throws IOException {
        if (!Files.isDirectory(state.resolve(WORK))) {
            return;
        }
        List<Path> folders;
        try (Stream<Path> depth2 = Files.find(state.resolve(WORK), 2, (p, a) -> a.isDirectory())) {
            folders = depth2.filter(p -> p.getFileName().toString().matches("[0-9a-f]{64}"))
                    .filter(p -> !kept.contains(p))
                    .toList();
        }
        for (Path folder : folders) {
            // The mark goes first, so that a step that is half removed counts as not done.
            Files.deleteIfExists(folder.resolve(MARK_FILE));
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** What the step came to when it was done; nothing if it has not been, or if that cannot be read any more. */
    public Optional<R> done(Consumer<String> tell) throws IOException {
        Path mark = mark();
        if (!Files.exists(mark, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(seal().read(mark));
        } catch (DataException e) {
            tell.accept("the step is done again: " + e.getMessage());
            return Optional.empty();
        }
    }

    public void markDone(R done) throws IOException {
        seal().write(mark(), done);
    }

    private SealedJson<R> seal() {
        return new SealedJson<>("understudy-step", 1, result);
    }

    private Path mark() {
        return path.resolve(MARK_FILE);
    }
}
