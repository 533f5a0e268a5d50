package dev.understudy.pipeline.spark;

import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.SparkConf;
import org.apache.spark.util.Utils;

/** A real HDFS with one data node, in this JVM, on loopback. */
public final class HdfsServer implements AutoCloseable {
    /** Each gives up after ten seconds, which are not always enough on a machine that is busy. */
    private static final int TRIES = 6;

    private final LocaleOfMain locale = LocaleOfMain.hold();
    private final Path folder;
    private final MiniDFSCluster cluster;

    public HdfsServer() throws IOException {
        // Data nodes do not start where a folder has a space in its name.
        folder = Scratch.folder("hdfs");
        cluster = start();
    }

    private MiniDFSCluster start() throws IOException {
        for (int left = TRIES; ; left--) {
            Configuration configuration = new Configuration();
            configuration.set("dfs.namenode.fs-limits.min-block-size", "0");
            configuration.set("hadoop.http.bind.host", "127.0.0.1");
            configuration.set("dfs.namenode.datanode.registration.ip-hostname-check", "false");
            configuration.set("dfs.namenode.safemode.extension", "0");
            try {
                return new MiniDFSCluster.Builder(
                                configuration, folder.resolve("try-" + left).toFile())
                        .numDataNodes(1)
                        .build();
            } catch (IOException e) {
                if (left == 1 || !String.valueOf(e.getMessage()).startsWith("Timed out")) {
                    throw e;
                }
            }
        }
    }

    /** {@code hdfs://127.0.0.1:<port>} */
    public String uri() {
        return cluster.getURI().toString();
    }

    @Override
    public void close() throws IOException {
        cluster.shutdown();
        // That took everybody's shutdown hooks away, Spark's among them, which would have deleted this at the end.
        Scratch.deleteAtEnd(Path.of(Utils.getLocalDir(new SparkConf(false))));
        locale.close();
        Scratch.delete(folder);
    }
}
