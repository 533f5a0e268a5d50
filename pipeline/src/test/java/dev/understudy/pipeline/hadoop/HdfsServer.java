package dev.understudy.pipeline.hadoop;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** A real HDFS with one data node, in this JVM, on loopback. */
public final class HdfsServer implements AutoCloseable {
    private final MiniDFSCluster cluster;

    /** @param folder empty; kept by the caller */
    public HdfsServer(Path folder) throws IOException {
        Configuration configuration = new Configuration();
        configuration.set("dfs.namenode.fs-limits.min-block-size", "0");
        configuration.set("hadoop.http.bind.host", "127.0.0.1");
        cluster = new MiniDFSCluster.Builder(configuration, folder.toFile())
                .numDataNodes(1)
                .build();
        cluster.waitActive();
    }

    /** {@code hdfs://127.0.0.1:<port>} */
    public String uri() {
        return cluster.getURI().toString();
    }

    @Override
    public void close() {
        cluster.shutdown(true);
    }
}
