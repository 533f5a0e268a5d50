package dev.understudy.pipeline.spark;

import dev.understudy.conf.ConfigurationException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.util.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts Spark, embedded or on a cluster, so that it retries, keeps to itself and stays quiet. */
public final class SparkRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(SparkRuntime.class);

    /** With a bare {@code local[n]} Spark never tries a failed task again. */
    private static final int LOCAL_ATTEMPTS = 4;

    /** Set by the launcher: the jar with all that executors need beside Spark itself. */
    private static final String CLUSTER_JAR = "understudy.cluster.jar";

    private static final Pattern UTF_8 = Pattern.compile("(?i)utf-?8");

    private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\*|\\d+)])?");

    private SparkRuntime() {}

    /**
     * Starts a context; the caller stops it. There can be one in a JVM at a time.
     *
     * @param name what the cluster's overview calls the job
     * @param device that a task uses: a cluster is asked to set its GPUs aside
     * @throws ConfigurationException if Spark does not accept the settings
     */
    public static SparkContext start(String name, SparkConfiguration configuration, String device) {
        try {
            if (configuration.asSubmitted().isLocal() && !knowsItself()) {
                // Even Spark's settings ask for this machine's address, so that nothing would start.
                Utils.setCustomHostname("localhost");
            }
            return new SparkContext(settings(name, configuration, device));
        } catch (ConfigurationException e) {
            throw e;
        } catch (Exception e) { // Scala throws checked exceptions without saying so.
            throw new ConfigurationException(
                    "Spark does not start with master " + configuration.master() + ": "
                            + e.toString().lines().findFirst().orElse("")
                            + "; check --master, the settings of spark, and that"
                            + " the JVM has 512 MB or more (UNDERSTUDY_JAVA_OPTS=-Xmx1g)",
                    e);
        }
    }

    /**
     * In rising weight: what this program wants, what the configuration says, what {@code spark-submit} or
     * {@code -Dspark.…} say.
     */
    static SparkConf settings(String name, SparkConfiguration configuration, String device) {
        SparkConf conf = new LoopbackConf();
        boolean submitted = conf.contains("spark.master");
        String master = submitted
                ? conf.get("spark.master")
                : withRetries(configuration.settings().getOrDefault("spark.master", configuration.master()));
        configuration.settings().forEach((setting, value) -> {
            if (!conf.get(setting, value).equals(value)) {
                LOG.info("{} is {}, as it was submitted, and not {}, as configured", setting, conf.get(setting), value);
            }
            conf.setIfMissing(setting, value);
        });
        conf.setMaster(master);
        conf.setIfMissing("spark.app.name", name);
        conf.setIfMissing("spark.task.cpus", Integer.toString(configuration.threadsPerTask()));
        conf.setIfMissing("spark.ui.showConsoleProgress", "false");
        if (master.startsWith("local")) {
            // A page that nobody asked for is a door that nobody watches; on a cluster, operators do.
            conf.setIfMissing("spark.ui.enabled", "false");
            // Out of memory in a task would end this whole JVM, and with it all word of why.
            conf.setIfMissing("spark.executor.killOnFatalError.depth", "0");
            conf.setIfMissing("spark.driver.host", "localhost");
            conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
        }
        int gpus = TaskGpus.askedFor(device);
        if (gpus > 0 && !SparkConfiguration.isLocal(master)) {
            conf.setIfMissing("spark.executor.resource.gpu.amount", Integer.toString(gpus));
            conf.setIfMissing("spark.task.resource.gpu.amount", Integer.toString(gpus));
        }
        if (!master.startsWith("local")) {
            speakAsHere(conf, System.getenv());
        }
        if (!submitted && !master.startsWith("local")) {
            sendProgram(conf, master);
        }
        return conf;
    }

    /** A JVM reads names of files in its locale's charset; where executors have another one, ü is no name there. */
    static void speakAsHere(SparkConf conf, Map<String, String> environment) {
        for (String variable : List.of("LC_ALL", "LC_CTYPE")) {
            String locale = environment.get(variable);
            if (locale != null && UTF_8.matcher(locale).find()) {
                conf.setIfMissing("spark.executorEnv." + variable, locale);
            }
        }
    }

    /** Whether this machine's own name has an address; in containers and on laptops that are offline it may not. */
    private static boolean knowsItself() {
        try {
            return InetAddress.getLocalHost() != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * Executors of a cluster need the program's classes, unless {@code spark-submit} has sent them or they have them.
     */
    private static void sendProgram(SparkConf conf, String master) {
        if (conf.contains("spark.jars") || conf.contains("spark.executor.extraClassPath")) {
            return;
        }
        String jar = System.getProperty(CLUSTER_JAR, "");
        if (!Files.isRegularFile(Path.of(jar))) {
            throw new ConfigurationException("the tasks on " + master + " need this program's jar"
                    + (jar.isEmpty() ? "" : ", and there is no " + jar)
                    + "; build it with './mvnw -Pcluster -DskipTests package', or name it in the setting spark.jars");
        }
        conf.set("spark.jars", jar);
    }

    private static String withRetries(String master) {
        Matcher local = LOCAL.matcher(master);
        if (!local.matches()) {
            return master;
        }
        String slots = local.group(1) == null ? "1" : local.group(1);
        return "local[" + slots + "," + LOCAL_ATTEMPTS + "]";
    }

    /**
     * Settings of Spark's with which the pages of a local run, if a user asks for them (spark.ui.enabled), are seen
     * from this machine only. Spark binds them to every address unless the environment says otherwise, so whoever wants
     * that sets SPARK_LOCAL_IP. Those of a job on a cluster are where that puts them.
     */
    static final class LoopbackConf extends SparkConf {
        private static final long serialVersionUID = 1;
        private static final String ADDRESS = "SPARK_LOCAL_IP";

        @Override
        public @Nullable String getenv(String name) {
            String value = super.getenv(name);
            return value == null
                            && name.equals(ADDRESS)
                            && get("spark.master", "").startsWith("local")
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

    /** The GPUs that a task asks Spark for and those that it is given. */
    public static final class TaskGpus {
        private static final String RESOURCE = "gpu";

        private TaskGpus() {}

        /**
         * @param device as a recipe has it: {@code cpu}, {@code gpu}, {@code gpu:<n>}, several with commas between them
         */
        static int askedFor(String device) {
            return (int) devices(device).stream().filter(TaskGpus::isGpu).count();
        }

        /**
         * The device to use in this task. Where Spark has set GPUs aside for it they are used, whatever the numbers in
         * {@code device}, and no more of them than it asks for; elsewhere {@code device} is what is meant.
         */
        public static String given(String device) {
            TaskContext task = TaskContext.get();
            ResourceInformation gpus =
                    task == null ? null : task.resourcesJMap().get(RESOURCE);
            return gpus == null ? device : given(device, List.of(gpus.addresses()));
        }

        static String given(String device, List<String> addresses) {
            int wanted = askedFor(device);
            if (wanted == 0 || addresses.isEmpty()) {
                return device;
            }
            List<String> used = new ArrayList<>();
            addresses.stream().limit(wanted).forEach(address -> used.add(RESOURCE + ":" + address));
            return String.join(",", used);
        }

        private static List<String> devices(String device) {
            return Arrays.stream(device.split(",", -1)).map(String::strip).toList();
        }

        private static boolean isGpu(String device) {
            return device.startsWith(RESOURCE);
        }
    }
}
