package dev.understudy.labeler.reliability;

import dev.understudy.files.DataException;
import dev.understudy.files.SealedJson;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * {@code reliability.json} in a store's folder: a {@link ReliabilityModel} as sealed JSON. Read as from anywhere:
 * bounded, strict, every node of every tree checked.
 */
public final class ReliabilityFile {
    public static final String NAME = "reliability.json";
    private static final String REMEDY = "run 'calibrate --method learned' again";
    private static final SealedJson<ReliabilityModel> FORMAT =
            new SealedJson<>("understudy-reliability", 3, ReliabilityModel.class, 64L << 20, REMEDY);

    private ReliabilityFile() {}

    public static boolean exists(Path store) {
        return Files.isRegularFile(store.resolve(NAME), LinkOption.NOFOLLOW_LINKS);
    }

    /** Replaces what is there in one step. */
    public static void write(Path store, ReliabilityModel model) throws IOException {
        FORMAT.write(store.resolve(NAME), model);
    }

    /**
     * Takes over what was learned on another store, of other frames that the same experts labelled in the same way.
     *
     * @throws DataException if there is none, it is damaged, or the stores differ in more than their frames
     */
    public static ReliabilityModel copy(LabelStore from, LabelStore to) throws IOException {
        ReliabilityModel model = read(from);
        String fingerprint = to.description().fingerprint().digest();
        if (!model.fingerprint().equals(fingerprint)) {
            throw new DataException(
                    to.path() + ": has the fingerprint " + fingerprint + ", expected " + model.fingerprint()
                            + " of " + from.path()
                            + ": what is known of one expert's labels says nothing of another's, or of labels"
                            + " that were made in another way; label or repair these frames as those were");
        }
        write(to.path(), model);
        return model;
    }

    /** Takes it away, if there is one. */
    public static void remove(Path store) throws IOException {
        Files.deleteIfExists(store.resolve(NAME));
    }

    /** @throws DataException if it is missing, damaged, or was learned on another store */
    public static ReliabilityModel read(LabelStore store) {
        Path file = store.path().resolve(NAME);
        if (!exists(store.path())) {
            throw new DataException(file + ": found no such file, expected what was learned of the store's labels; run"
                    + " 'calibrate --method learned --store " + store.path() + "' first");
        }
        ReliabilityModel model = read(file);
        String fingerprint = store.description().fingerprint().digest();
        if (!model.fingerprint().equals(fingerprint)) {
            throw new DataException(file + ": was learned on a store with fingerprint " + model.fingerprint()
                    + ", expected " + fingerprint + "; " + REMEDY);
        }
        return model;
    }

    private static ReliabilityModel read(Path file) {
        try {
            return FORMAT.read(file);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read: " + e, e);
        }
    }
}
