package dev.understudy.pipeline.spark;

import com.codahale.metrics.MetricRegistry;
import dev.understudy.conf.ConfigurationException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.FutureAction;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.rdd.RDD;
import scala.Function1;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/**
 * What the tasks of one running Spark job return, as it comes. Spark hands results over on the thread that also
 * schedules tasks, so they are only queued there, and dealt with by whoever takes them.
 */
public final class TaskResults<R> implements AutoCloseable {
    private static final long POLL_MILLIS = 200;

    private final BlockingQueue<R> arrived;
    private final FutureAction<?> job;
    private final ExecutorWatch executors;
    private final JobMetrics metrics;

    private TaskResults(BlockingQueue<R> arrived, FutureAction<?> job, ExecutorWatch executors, JobMetrics metrics) {
        this.arrived = arrived;
        this.job = job;
        this.executors = executors;
        this.metrics = metrics;
    }

    /** Work on an executor; what it holds travels there. */
    @FunctionalInterface
    public interface Task<T, R> extends Serializable {
        R run(T item) throws IOException;
    }

    /**
     * Starts a job of one task an item, in no particular order.
     *
     * @param description of job and stage for operators, in Spark's pages and event logs: {@code label 320 frames into
     *     stores/nyud}
     * @param executors tells when the cluster gives none
     */
    public static <T, R> TaskResults<R> submit(
            SparkContext context, String description, List<T> items, Task<T, R> task, ExecutorWatch executors) {
        JobMetrics metrics = new JobMetrics(items.size());
        context.env().metricsSystem().registerSource(metrics);
        context.setJobDescription(description);
        context.setCallSite(description);
        BlockingQueue<R> arrived = new LinkedBlockingQueue<>();
        RDD<T> rdd = JavaSparkContext.fromSparkContext(context)
                .parallelize(items, items.size())
                .rdd();
        List<Object> partitions =
                IntStream.range(0, items.size()).<Object>mapToObj(i -> i).toList();
        FutureAction<?> job = context.submitJob(
                rdd,
                onExecutor(task),
                CollectionConverters.asScala(partitions).toSeq(),
                (partition, result) -> {
                    // First, so that whoever takes the result finds it counted.
                    metrics.tasksDone.incrementAndGet();
                    arrived.add(result);
                    return BoxedUnit.UNIT;
                },
                () -> BoxedUnit.UNIT);
        context.clearCallSite();
        context.setJobDescription(null);
        return new TaskResults<>(arrived, job, executors, metrics);
    }

    private static <T, R> Function1<Iterator<T>, R> onExecutor(Task<T, R> task) {
        return (Function1<Iterator<T>, R> & Serializable) items -> {
            try {
                return task.run(items.next());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /**
     * Waits for the next result.
     *
     * @throws JobFailedException if the job failed, once all that was finished before has been taken
     * @throws dev.understudy.conf.ConfigurationException if the cluster gives no executor
     */
    public R take() throws InterruptedException {
        while (true) {
            boolean over = job.isCompleted();
            R result = arrived.poll(over ? 0 : POLL_MILLIS, TimeUnit.MILLISECONDS);
            if (result != null) {
                return result;
            }
            if (over) {
                throw failure();
            }
            executors.check();
        }
    }

    /** Counts frames, or whatever tasks are made of, that are done for good; for the metric {@code understudy.done}. */
    public void done(long more) {
        metrics.done.addAndGet(more);
    }

    /**
     * How far the job is, for any sink of Spark's metrics: {@code understudy.tasks}, {@code understudy.tasksDone}
     * (results that arrived) and {@code understudy.done} (frames, or students of an ablation, that were published).
     */
    private static final class JobMetrics implements Source {
        private final MetricRegistry registry = new MetricRegistry();
        private final AtomicLong tasksDone = new AtomicLong();
        private final AtomicLong done = new AtomicLong();

        JobMetrics(int tasks) {
            registry.registerGauge("tasks", () -> tasks);
            registry.registerGauge("tasksDone", tasksDone::get);
            registry.registerGauge("done", done::get);
        }

        @Override
        public String sourceName() {
            return "understudy";
        }

        @Override
        public MetricRegistry metricRegistry() {
            return registry;
        }
    }

    private RuntimeException failure() {
        return job.value().get().isFailure()
                ? new JobFailedException(job.value().get().failed().get())
                : new IllegalStateException("more results were asked for than there are tasks");
    }

    /** Stops tasks that still run. */
    @Override
    public void close() {
        if (!job.isCompleted()) {
            job.cancel();
        }
    }

    /** Notices that a cluster gives no executor: Spark itself would wait for one for ever. */
    public static final class ExecutorWatch {
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

    /**
     * What a Spark job failed with. Its message is the reason of the last task that failed, without Spark's wrapping;
     * its
     * cause is what Spark threw, which has what the task threw as its own cause unless that was lost with an executor.
     */
    public static final class JobFailedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private static final List<String> WRAPPINGS =
                List.of("most recent failure: ", "stage failure: ", "cancelled because ");

        private static final Pattern LOST_TASK = Pattern.compile("Lost task [^\\n]*? executor [^)\\n]*\\): ");

        /** @param failure as Spark's future has it */
        public JobFailedException(Throwable failure) {
            super(reason(failure), failure);
        }

        private static String reason(Throwable failure) {
            Throwable thrown = failure.getCause();
            if (thrown == null) {
                return unwrapped(String.valueOf(failure.getMessage()));
            }
            Throwable root = root(thrown);
            String words = String.valueOf(thrown.getMessage());
            boolean isWhole = root == thrown || words.contains(String.valueOf(root.getMessage()));
            return isWhole ? inWords(thrown) : inWords(thrown) + ", because of " + inWords(root);
        }

        private static String unwrapped(String message) {
            for (String wrapping : WRAPPINGS) {
                int start = message.indexOf(wrapping);
                if (start >= 0) {
                    String rest = message.substring(start + wrapping.length());
                    return firstLine(LOST_TASK.matcher(rest).replaceFirst(""));
                }
            }
            return firstLine(message);
        }

        private static Throwable root(Throwable thrown) {
            Throwable root = thrown;
            for (int depth = 0; root.getCause() != null && depth < 100; depth++) {
                root = root.getCause();
            }
            return root;
        }

        /** With the name of the class, since many messages mean little without. */
        private static String inWords(Throwable thrown) {
            return firstLine(thrown.toString());
        }

        private static String firstLine(String text) {
            return text.lines().findFirst().orElse("");
        }
    }
}
