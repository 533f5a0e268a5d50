package dev.understudy.pipeline.spark;

import dev.understudy.conf.PathText;
import dev.understudy.files.Scratch;
import dev.understudy.files.storage.StorageContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Factory;

/** The contract of a storage, kept by Hadoop's file systems: a real HDFS, and a real S3 server. */
public final class HadoopStorageIT extends StorageContract {
    private final String scheme;
    private AutoCloseable server;
    private String root;

    @Factory(dataProvider = "schemes")
    public HadoopStorageIT(String scheme) {
        this.scheme = scheme;
    }

    @org.testng.annotations.DataProvider
    public static Object[][] schemes() {
        return new Object[][] {{"hdfs"}, {"s3a"}};
    }

    @BeforeClass
    public void startServer() throws Exception {
        Path folder = Scratch.folder(scheme);
        if (scheme.equals("hdfs")) {
            HdfsServer hdfs = new HdfsServer();
            server = hdfs;
            root = hdfs.uri();
        } else {
            S3Server s3 = S3Server.start(folder);
            server = s3;
            root = "s3a://" + S3Server.BUCKET;
            HadoopProvider.configure(s3.settings());
        }
    }

    @AfterClass(alwaysRun = true)
    public void stopServer() throws Exception {
        if (server != null) {
            server.close();
        }
        if (scheme.equals("s3a")) {
            HadoopProvider.configure(Map.of());
        }
    }

    @Override
    protected Path freshFolder() throws IOException {
        return PathText.parse(root + "/" + UUID.randomUUID());
    }
}
