package dev.understudy.pipeline.label;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.labeler.Expert;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.labeler.NetworkExpert;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.inference.InferenceNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * Experts that share one network per JVM and device. What travels is the configuration as text; every JVM reads the
 * checkpoint itself, from a path that all share or from Spark's copy of the driver's file, and refuses one that is not the
 * driver's.
 *
 * @param configuration YAML of an {@link ExpertConfiguration}
 * @param sha256 of the driver's checkpoint file
 * @param send whether Spark distributes the checkpoint
 */
record NetworkExpertSource(String configuration, String sha256, boolean send) implements ExpertSource {
    static NetworkExpertSource of(ExpertConfiguration configuration, ExpertPlan plan, boolean send) {
        return new NetworkExpertSource(ConfigurationWriter.toYaml(configuration), plan.checkpointSha256(), send);
    }

    @Override
    public Expert open(int threads) {
        ExpertConfiguration here = here();
        Loaded loaded = Loaded.of(this, here, threads);
        return new NetworkExpert(loaded.network.lent(), loaded.plan, threads);
    }

    @Override
    public List<Path> filesToSend() {
        return send ? List.of(drivers().checkpoint()) : List.of();
    }

    private ExpertConfiguration drivers() {
        return ConfigurationLoader.parse("the driver's expert", configuration, ExpertConfiguration.class, List.of());
    }

    /** With the checkpoint where it is on this machine, and the device that Spark has given this task. */
    private ExpertConfiguration here() {
        ExpertConfiguration drivers = drivers();
        Path checkpoint =
                send ? Path.of(SparkFiles.get(drivers.checkpoint().getFileName().toString())) : drivers.checkpoint();
        return drivers.at(checkpoint, device(drivers.device()));
    }

    /** Without a number, {@code gpu} is whichever Spark has set aside for the task. */
    private static String device(String configured) {
        TaskContext task = TaskContext.get();
        if (task == null || !configured.equals("gpu")) {
            return configured;
        }
        ResourceInformation given = task.resourcesJMap().get("gpu");
        return given == null || given.addresses().length == 0 ? configured : "gpu:" + given.addresses()[0];
    }

    /** The networks of this JVM, one a device. They stay until others are asked for, since more tasks will come. */
    private record Loaded(
            NetworkExpertSource source, String device, int threads, ExpertPlan plan, InferenceNetwork network) {
        private static final List<Loaded> CURRENT = new ArrayList<>();

        static synchronized Loaded of(NetworkExpertSource source, ExpertConfiguration here, int threads) {
            for (Loaded loaded : CURRENT) {
                if (loaded.source.equals(source) && loaded.threads == threads && loaded.device.equals(here.device())) {
                    return loaded;
                }
            }
            CURRENT.stream()
                    .filter(loaded -> !loaded.source.equals(source) || loaded.threads != threads)
                    .forEach(loaded -> loaded.network.close());
            CURRENT.removeIf(loaded -> !loaded.source.equals(source) || loaded.threads != threads);
            Loaded loaded = load(source, here, threads);
            CURRENT.add(loaded);
            return loaded;
        }

        private static Loaded load(NetworkExpertSource source, ExpertConfiguration here, int threads) {
            ExpertPlan plan = ExpertPlan.of(here);
            if (!plan.checkpointSha256().equals(source.sha256)) {
                throw new CheckpointException(here.checkpoint() + ": SHA-256 " + plan.checkpointSha256()
                        + " here, expected the driver's " + source.sha256
                        + "; give every machine the same file on a shared path, or let Spark send it with"
                        + " --send-checkpoint");
            }
            return new Loaded(source, here.device(), threads, plan, NetworkExpert.build(plan, threads));
        }
    }
}
