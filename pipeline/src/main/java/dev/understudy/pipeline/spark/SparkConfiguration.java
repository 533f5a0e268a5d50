package dev.understudy.pipeline.spark;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import java.util.Map;

/**
 * Where Spark runs.
 *
 * @param master as Spark writes it, for example {@code local[*]} or {@code spark://host:7077}
 * @param threadsPerTask processor threads that one task may use; a machine runs cores / threadsPerTask tasks at once
 * @param executorWaitSeconds how long a cluster may take to give its first executor; then the job fails and says so
 * @param settings any of Spark's own, {@code spark.…} → value; they win over what this program would set, and what
 *     {@code spark-submit} says wins over them
 */
public record SparkConfiguration(
        @Default("local[*]") String master,
        @Default("1") int threadsPerTask,
        @Default("600") int executorWaitSeconds,
        @Default("{}") Map<String, String> settings) {
    /** That of the YAML default. */
    private static final int USUAL_WAIT_SECONDS = 600;

    public SparkConfiguration {
        new Checks()
                .notBlank("master", master)
                .atLeast("threadsPerTask", threadsPerTask, 1)
                .atLeast("executorWaitSeconds", executorWaitSeconds, 1)
                .verify();
        settings = Map.copyOf(settings);
        for (String name : settings.keySet()) {
            new Checks()
                    .that(name.startsWith("spark."), "settings." + name, "must be a setting of Spark's, spark.…")
                    .verify();
        }
    }

    public SparkConfiguration(String master, int threadsPerTask, Map<String, String> settings) {
        this(master, threadsPerTask, USUAL_WAIT_SECONDS, settings);
    }

    public SparkConfiguration withMaster(String other) {
        return new SparkConfiguration(other, threadsPerTask, executorWaitSeconds, settings);
    }

    /** Where Spark really runs: {@code spark-submit}, or {@code -Dspark.master}, has the last word on that. */
    public SparkConfiguration asSubmitted() {
        String submitted = System.getProperty("spark.master");
        return submitted == null ? this : withMaster(submitted);
    }

    /** Whether tasks run in this JVM. */
    public boolean isLocal() {
        return isLocal(master);
    }

    static boolean isLocal(String master) {
        return master.startsWith("local") && !master.startsWith("local-cluster");
    }
}
