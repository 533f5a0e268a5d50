package dev.understudy.pipeline.spark;

import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/**
 * Settings of Spark's with which the pages of a local run, if a user asks for them (spark.ui.enabled), are seen from this
 * machine only. Spark binds them to every address unless the environment says otherwise, so whoever wants that sets
 * SPARK_LOCAL_IP. Those of a job on a cluster are where that puts them.
 */
final class LoopbackConf extends SparkConf {
    private static final long serialVersionUID = 1;
    private static final String ADDRESS = "SPARK_LOCAL_IP";

    @Override
    public @Nullable String getenv(String name) {
        String value = super.getenv(name);
        return value == null && name.equals(ADDRESS) && get("spark.master", "").startsWith("local")
                ? "127.0.0.1"
                : value;
    }

    /** Spark works with a copy of what it is given. */
    @Override
    public SparkConf clone() {
        LoopbackConf copy = new LoopbackConf();
        for (scala.Tuple2<String, String> entry : getAll()) {
            copy.set(entry._1(), entry._2());
        }
        return copy;
    }
}
