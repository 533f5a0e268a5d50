package dev.understudy.pipeline.label;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.labeler.Expert;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.labeler.NetworkExpert;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.inference.InferenceNetwork;
import java.util.List;

/**
 * Experts that share one network per JVM. What travels is the configuration as text; every JVM reads the checkpoint
 * itself, and refuses one that is not the driver's.
 *
 * @param configuration YAML of an {@link ExpertConfiguration}
 * @param sha256 of the driver's checkpoint file
 */
record NetworkExpertSource(String configuration, String sha256) implements ExpertSource {
    static NetworkExpertSource of(ExpertConfiguration configuration, ExpertPlan plan) {
        return new NetworkExpertSource(ConfigurationWriter.toYaml(configuration), plan.checkpointSha256());
    }

    @Override
    public Expert open(int threads) {
        Loaded loaded = Loaded.of(this, threads);
        return new NetworkExpert(loaded.network.lent(), loaded.plan, threads);
    }

    /** The one network of this JVM. It stays until another is asked for, since more tasks will come. */
    private record Loaded(NetworkExpertSource source, int threads, ExpertPlan plan, InferenceNetwork network) {
        private static @org.jspecify.annotations.Nullable Loaded current;

        static synchronized Loaded of(NetworkExpertSource source, int threads) {
            Loaded loaded = current;
            if (loaded == null || !loaded.source.equals(source) || loaded.threads != threads) {
                if (loaded != null) {
                    loaded.network.close();
                }
                current = null;
                loaded = load(source, threads);
                current = loaded;
            }
            return loaded;
        }

        private static Loaded load(NetworkExpertSource source, int threads) {
            ExpertConfiguration configuration = ConfigurationLoader.parse(
                    "the driver's expert", source.configuration, ExpertConfiguration.class, List.of());
            ExpertPlan plan = ExpertPlan.of(configuration);
            if (!plan.checkpointSha256().equals(source.sha256)) {
                throw new CheckpointException(configuration.checkpoint() + ": SHA-256 " + plan.checkpointSha256()
                        + " here, expected the driver's " + source.sha256
                        + "; give every machine the same file, best on a shared path");
            }
            return new Loaded(source, threads, plan, NetworkExpert.build(plan, threads));
        }
    }
}
