package dev.understudy.pipeline.label;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code label.yaml} in a store: the configuration that the last run used, with every value, written when that run
 * began. It says where things were on that machine, so it is no part of what makes two stores equal.
 */
public final class LabelRecord {
    private static final String FILE = "label.yaml";

    private LabelRecord() {}

    static void write(Path store, LabelConfiguration configuration) throws IOException {
        AtomicFile.write(store.resolve(FILE), ConfigurationWriter.toYaml(configuration));
    }

    /**
     * What made a store, to be done again on this machine.
     *
     * @throws ConfigurationException if the store does not say
     */
    public static LabelConfiguration read(Path store) {
        Path file = store.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new ConfigurationException(
                    file + ": no such file, so the store does not say where its frames are; name them with --manifest");
        }
        return ConfigurationLoader.load(file, LabelConfiguration.class, List.of());
    }

    /** The manifest that a store was labelled from. */
    public static Path manifestOf(Path store) {
        return read(store).manifest();
    }
}
