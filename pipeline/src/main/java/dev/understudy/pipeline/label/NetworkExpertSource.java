package dev.understudy.pipeline.label;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import dev.understudy.labeler.Expert;
import dev.understudy.labeler.ExpertCard;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertConfigurationBuilder;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.labeler.NetworkExpert;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.inference.PictureNetwork;
import dev.understudy.model.onnx.OnnxFile;
import dev.understudy.pipeline.label.LabelTarget.ExpertSource;
import dev.understudy.pipeline.spark.SparkRuntime.TaskGpus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.SparkFiles;
import org.jspecify.annotations.Nullable;

/**
 * Experts that share one network per JVM and device. What travels is the configuration and the card as text; every JVM
 * reads the network's file itself, from a path that all share or from Spark's copy of the driver's file, and refuses
 * one that is not the driver's.
 *
 * @param configuration YAML of an {@link ExpertConfiguration}
 * @param card YAML of its {@link ExpertCard}; null without one
 * @param sha256 of the driver's network file
 * @param job what {@link #together} says of all experts of the job
 * @param send whether Spark distributes that file
 */
public record NetworkExpertSource(
        String configuration, @Nullable String card, String sha256, String job, boolean send) implements ExpertSource {

    /** The only expert of its job. */
    public static NetworkExpertSource of(ExpertConfiguration configuration, ExpertPlan plan, boolean send) {
        return of(configuration, plan, together(List.of(configuration)), send);
    }

    public static NetworkExpertSource of(ExpertConfiguration configuration, ExpertPlan plan, String job, boolean send) {
        Path path = configuration.card();
        ExpertCard card = path == null ? null : ExpertCard.load(path);
        return new NetworkExpertSource(
                ConfigurationWriter.toYaml(configuration),
                card == null ? null : ConfigurationWriter.toYaml(card),
                plan.checkpointSha256(),
                job,
                send);
    }

    /** Stands for experts that are at work at the same time, so that a JVM keeps the networks of all of them. */
    static String together(List<ExpertConfiguration> experts) {
        return Sha256.of(experts.stream().map(ConfigurationWriter::toYaml).collect(Collectors.joining()));
    }

    @Override
    public Expert open(int threads) {
        Loaded loaded = Loaded.of(this, TaskGpus.given(device()), threads);
        return new NetworkExpert(loaded.network.lent(), loaded.plan, threads);
    }

    @Override
    public List<Path> filesToSend() {
        return send ? drivers().files() : List.of();
    }

    /** What is to be built: a configuration, and a card if there is one. */
    private record Wanted(
            ExpertConfiguration configuration, @Nullable ExpertCard card) {
        Path file() {
            return card == null
                    ? Objects.requireNonNull(configuration.checkpoint())
                    : card.network().path();
        }

        /** The network's file with those that hold its weights. */
        List<Path> files() {
            if (card == null || card.network().architecture() != null) {
                return CheckpointReader.files(file());
            }
            Path onnx = card.network().onnx();
            if (onnx == null) {
                return List.of(file());
            }
            OnnxFile network = OnnxFile.read(onnx);
            Path folder = network.local().toAbsolutePath().getParent();
            List<Path> files = new ArrayList<>(List.of(network.local()));
            for (Path weights : network.external()) {
                if (!weights.toAbsolutePath().getParent().equals(folder)) {
                    throw new ConfigurationException("sendCheckpoint: " + onnx + " keeps weights in " + weights
                            + ", and Spark sends files without their folders; put them beside it, or give every machine"
                            + " the folder on a shared path");
                }
                files.add(weights);
            }
            return files;
        }

        Wanted at(Path file) {
            return card == null
                    ? new Wanted(
                            ExpertConfigurationBuilder.builder(configuration)
                                    .checkpoint(file)
                                    .build(),
                            null)
                    : new Wanted(configuration, card.at(file));
        }

        Wanted on(String device) {
            return new Wanted(
                    ExpertConfigurationBuilder.builder(configuration)
                            .device(device)
                            .build(),
                    card);
        }

        ExpertPlan plan() {
            return card == null ? ExpertPlan.of(configuration) : ExpertPlan.of(configuration, card);
        }
    }

    private Wanted drivers() {
        return new Wanted(
                ConfigurationLoader.parse("the driver's expert", configuration, ExpertConfiguration.class, List.of()),
                card == null
                        ? null
                        : ConfigurationLoader.parse("the driver's card", card, ExpertCard.class, List.of()));
    }

    @Override
    public String device() {
        return drivers().configuration.device();
    }

    /**
     * The networks of this JVM, one for each expert and device. They stay until a job with other experts comes, since
     * more tasks will come.
     */
    private record Loaded(
            NetworkExpertSource source, String device, int threads, ExpertPlan plan, PictureNetwork network) {
        private static final List<Loaded> CURRENT = new ArrayList<>();

        static synchronized Loaded of(NetworkExpertSource source, String device, int threads) {
            for (Loaded loaded : CURRENT) {
                if (loaded.source.equals(source) && loaded.threads == threads && loaded.device.equals(device)) {
                    return loaded;
                }
            }
            Predicate<Loaded> ofAnotherJob =
                    loaded -> !loaded.source.job.equals(source.job) || loaded.threads != threads;
            CURRENT.stream().filter(ofAnotherJob).forEach(loaded -> loaded.network.close());
            CURRENT.removeIf(ofAnotherJob);
            Loaded loaded = load(source, device, threads);
            CURRENT.add(loaded);
            return loaded;
        }

        private static Loaded load(NetworkExpertSource source, String device, int threads) {
            Wanted drivers = source.drivers();
            Path file = drivers.file();
            Wanted here = drivers.on(device)
                    .at(source.send ? Path.of(SparkFiles.get(file.getFileName().toString())) : file);
            ExpertPlan plan = here.plan();
            if (!plan.checkpointSha256().equals(source.sha256)) {
                throw new DataException(here.file() + ": SHA-256 " + plan.checkpointSha256()
                        + " here, expected the driver's " + source.sha256
                        + "; give every machine the same file on a shared path, or let Spark send it with"
                        + " --send-checkpoint");
            }
            return new Loaded(source, device, threads, plan, plan.build(threads));
        }
    }
}
