package dev.understudy.pipeline.spark;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import java.util.Map;

/**
 * Where Spark runs.
 *
 * @param master as Spark writes it, for example {@code local[*]} or {@code spark://host:7077}
 * @param threadsPerTask processor threads that one task may use; a machine runs cores / threadsPerTask tasks at once
 * @param settings any of Spark's own, {@code spark.…} → value; they win over what this program would set
 */
public record SparkConfiguration(
        @Default("local[*]") String master,
        @Default("1") int threadsPerTask,
        @Default("{}") Map<String, String> settings) {
    public SparkConfiguration {
        new Checks()
                .notBlank("master", master)
                .atLeast("threadsPerTask", threadsPerTask, 1)
                .verify();
        for (String name : settings.keySet()) {
            new Checks()
                    .that(name.startsWith("spark."), "settings." + name, "must be a setting of Spark's, spark.…")
                    .verify();
        }
    }

    public SparkConfiguration withMaster(String other) {
        return new SparkConfiguration(other, threadsPerTask, settings);
    }
}
