package dev.understudy.pipeline.spark;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.storage.Storage;
import dev.understudy.files.storage.StorageProvider;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;

/**
 * Paths of one scheme that Hadoop opens; a class for each, since Java finds providers by their classes. Hadoop is
 * configured as Spark configures it: by {@code core-site.xml} and the like on the class path, and over them {@code
 * spark.hadoop.…}, as system properties ({@code spark-submit --conf}), as settings of the run, and on executors as
 * Spark has sent them.
 */
public abstract class HadoopProvider extends StorageProvider {
    private static final String PREFIX = "spark.hadoop.";

    private static final Map<Key, Storage> CONNECTED = new ConcurrentHashMap<>();

    private static volatile Map<String, String> ofTheRun = Map.of();

    /** What tells one connection from another. */
    private record Key(String scheme, @Nullable String authority, Map<String, String> settings) {}

    private HadoopProvider(String scheme) {
        super(scheme);
    }

    /** Takes those of a run's settings that are for Hadoop ({@code spark.hadoop.…}), in place of an earlier run's. */
    public static void configure(Map<String, String> sparkSettings) {
        ofTheRun = Map.copyOf(sparkSettings);
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        keep(ofTheRun, settings);
        SparkEnv spark = SparkEnv.get();
        if (spark != null) {
            for (var setting : spark.conf().getAllWithPrefix(PREFIX)) {
                settings.put(setting._1(), setting._2());
            }
        }
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith(PREFIX)) {
                settings.put(name.substring(PREFIX.length()), System.getProperty(name));
            }
        }
        return settings;
    }

    private static void keep(Map<String, String> from, Map<String, String> to) {
        from.forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                to.put(name.substring(PREFIX.length()), value);
            }
        });
    }

    @Override
    protected Storage storage(@Nullable String authority) {
        return CONNECTED.computeIfAbsent(new Key(getScheme(), authority, settings()), HadoopProvider::connect);
    }

    private static Storage connect(Key key) {
        Configuration configuration = new Configuration();
        configuration.setClassLoader(HadoopProvider.class.getClassLoader());
        key.settings.forEach(configuration::set);
        String where = key.scheme + "://" + (key.authority == null ? "" : key.authority);
        try {
            URI uri = new URI(key.scheme, key.authority, "/", null, null);
            return new HadoopStorage(FileSystem.newInstance(uri, configuration));
        } catch (URISyntaxException | IOException | RuntimeException | LinkageError e) {
            throw new ConfigurationException(
                    where + ": cannot be opened (" + firstLine(e)
                            + "); check the address and Hadoop's settings, and that" + " the connector for "
                            + key.scheme + " is on the class path (docs/cluster.md, \"Storage\")",
                    e);
        }
    }

    private static String firstLine(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getMessage() == null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage() == null ? cause : cause.getMessage())
                .lines()
                .findFirst()
                .orElse("");
    }

    /** {@code hdfs://name-node:8020/…} */
    public static final class Hdfs extends HadoopProvider {
        public Hdfs() {
            super("hdfs");
        }
    }

    /** {@code viewfs://cluster/…} */
    public static final class Viewfs extends HadoopProvider {
        public Viewfs() {
            super("viewfs");
        }
    }

    /** {@code s3a://bucket/…} */
    public static final class S3a extends HadoopProvider {
        public S3a() {
            super("s3a");
        }
    }

    /** {@code gs://bucket/…} */
    public static final class Gs extends HadoopProvider {
        public Gs() {
            super("gs");
        }
    }

    /** {@code abfs://container@account/…} */
    public static final class Abfs extends HadoopProvider {
        public Abfs() {
            super("abfs");
        }
    }

    /** {@code abfss://container@account/…} */
    public static final class Abfss extends HadoopProvider {
        public Abfss() {
            super("abfss");
        }
    }
}
