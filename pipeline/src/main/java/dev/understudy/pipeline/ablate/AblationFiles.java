package dev.understudy.pipeline.ablate;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.evaluation.Evaluation;
import dev.understudy.files.Sha256;
import dev.understudy.labeler.Expert;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.labeler.reliability.ReliabilityFile;
import dev.understudy.model.network.Network;
import dev.understudy.pipeline.train.SourceConfiguration;
import dev.understudy.pipeline.train.TrainRun;
import dev.understudy.store.LabelStore;
import dev.understudy.trainer.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the files of an ablation add to its fingerprints: manifests byte for byte, and of a store its description,
 * calibration and what was learned of its reliability included, and the checksums of its shards. What the program makes
 * of them is known by its build. Pictures are taken to be what they were when their manifest is.
 */
final class AblationFiles {
    /** What decides which labels a policy keeps, and how they are scored. */
    static final List<Class<?>> LABELS = List.of(Frame.class, LabelStore.class, Evaluation.class, Expert.class);
    /** What decides what a student learns from them, and how it is scored. */
    static final List<Class<?>> STUDENTS = List.of(
            Frame.class,
            LabelStore.class,
            Evaluation.class,
            Expert.class,
            Network.class,
            Trainer.class,
            TrainRun.class);

    private final Map<Path, String> digests = new TreeMap<>();

    /** Adds a source's files to {@code inputs} under {@code name}. */
    void add(String name, @Nullable SourceConfiguration source, SortedMap<String, String> inputs) throws IOException {
        if (source == null) {
            return;
        }
        inputs.put(name, ConfigurationWriter.toYaml(source));
        inputs.put(name + " manifest", manifest(source.manifest()));
        if (source.store() != null) {
            inputs.put(name + " store", store(source.store()));
        }
        for (Map.Entry<String, Path> other : source.otherStores().entrySet()) {
            inputs.put(name + " other store " + other.getKey(), store(other.getValue()));
        }
        add(source.policy(), inputs);
        if (source.truth() != null) {
            inputs.put(name + " truth", manifest(source.truth().manifest()));
        }
    }

    /** Adds the manifests that a policy learns from. */
    void add(PolicyRecipe policy, SortedMap<String, String> inputs) throws IOException {
        for (Path file : policy.manifests()) {
            inputs.put("policy's manifest " + file, manifest(file));
        }
    }

    /** @param file of a manifest, or its folder */
    String manifest(Path file) throws IOException {
        return digest(Files.isDirectory(file) ? file.resolve(Manifest.FILE_NAME) : file);
    }

    private String store(Path folder) throws IOException {
        try (LabelStore store = LabelStore.open(folder)) {
            return store.description().fingerprint().digest() + " "
                    + store.description().calibration() + " "
                    + digest(folder.resolve("_SUCCESS")) + " "
                    + (ReliabilityFile.exists(folder) ? digest(folder.resolve(ReliabilityFile.NAME)) : "not learned");
        }
    }

    private String digest(Path file) throws IOException {
        String known = digests.get(file);
        if (known == null) {
            known = Sha256.of(file);
            digests.put(file, known);
        }
        return known;
    }
}
