package dev.understudy.pipeline.spark;

import dev.understudy.conf.ConfigurationException;
import java.time.Duration;
import org.apache.spark.SparkContext;

/** Notices that a cluster gives no executor: Spark itself would wait for one for ever. */
public final class ExecutorWatch {
    private final SparkContext context;
    private final SparkConfiguration configuration;
    private final long deadline;
    private boolean seen;

    public ExecutorWatch(SparkContext context, SparkConfiguration configuration) {
        this.context = context;
        this.configuration = configuration;
        this.deadline = System.nanoTime()
                + Duration.ofSeconds(configuration.executorWaitSeconds()).toNanos();
        this.seen = context.isLocal();
    }

    /** @throws ConfigurationException if there has been none for too long */
    public void check() {
        // The driver keeps blocks as well, so it is the first.
        seen = seen || context.getExecutorMemoryStatus().size() > 1;
        if (!seen && System.nanoTime() > deadline) {
            throw new ConfigurationException(context.master() + " has given no executor within "
                    + configuration.executorWaitSeconds() + " s" + askedFor()
                    + "; see that the cluster has that free, or wait longer with spark.executorWaitSeconds");
        }
    }

    private String askedFor() {
        String gpus = context.conf().get("spark.executor.resource.gpu.amount", "0");
        return ", asked for " + context.conf().get("spark.executor.memory", "1g") + " of memory, tasks of "
                + context.conf().get("spark.task.cpus", "1") + " cores"
                + (gpus.equals("0") ? "" : ", " + gpus + " GPUs");
    }
}
