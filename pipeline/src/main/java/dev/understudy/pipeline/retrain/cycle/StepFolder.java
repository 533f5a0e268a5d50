package dev.understudy.pipeline.retrain.cycle;

import dev.understudy.dataset.DataException;
import dev.understudy.dataset.store.Fingerprint;
import dev.understudy.pipeline.registry.file.SealedJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/** Where a step with given inputs works and leaves its mark, {@code work/<step>/<fingerprint>}. */
record StepFolder(Path path, String fingerprint) {
    private static final SealedJson<StepResult> MARK = new SealedJson<>("understudy-step", 1, StepResult.class);

    static StepFolder of(Path state, String step, SortedMap<String, String> inputs) {
        String fingerprint = new Fingerprint(inputs).digest();
        return new StepFolder(state.resolve("work").resolve(step).resolve(fingerprint), fingerprint);
    }

    /** What the step returned when it was done; nothing if it has not been, or if that cannot be read any more. */
    Optional<StepResult> done(Consumer<String> tell) throws IOException {
        Path mark = mark();
        if (!Files.exists(mark, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(MARK.read(mark));
        } catch (DataException e) {
            tell.accept("the step is done again: " + e.getMessage());
            return Optional.empty();
        }
    }

    void markDone(StepResult result) throws IOException {
        MARK.write(mark(), result);
    }

    private Path mark() {
        return path.resolve("done.json");
    }
}
