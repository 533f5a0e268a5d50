package dev.understudy.pipeline.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.testng.SkipException;

/** A small file system of its own in memory, for those who may mount one (root on Linux). */
public final class MountedFolder implements AutoCloseable {
    private final Path path;

    private MountedFolder(Path path) {
        this.path = path;
    }

    /**
     * @param options as {@code mount -o} takes them, for example {@code size=256k}
     * @throws SkipException where that is not allowed
     */
    public static MountedFolder mount(Path path, String options) throws IOException, InterruptedException {
        Files.createDirectories(path);
        if (!succeeds("mount", "-t", "tmpfs", "-o", options, "tmpfs", path.toString())) {
            throw new SkipException("no file system can be mounted here; it takes root on Linux");
        }
        return new MountedFolder(path);
    }

    public Path path() {
        return path;
    }

    public void remount(String options) throws IOException, InterruptedException {
        if (!succeeds("mount", "-o", "remount," + options, path.toString())) {
            throw new IOException(path + " cannot be mounted again with " + options);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (!succeeds("umount", path.toString()) && !succeeds("umount", "-l", path.toString())) {
            throw new IOException(path + " cannot be unmounted");
        }
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
