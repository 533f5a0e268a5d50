package dev.understudy.store;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class StoreLockTest {
    private Path folder;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("lock");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        StoreFixture.delete(folder);
    }

    @Test
    public void aProcessThatIsKilledHoldsNothing() throws Exception {
        Path file = folder.resolve(".lock");
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = holder.inputReader(StandardCharsets.UTF_8)) {
            assertEquals(out.readLine(), "held");
            ConfigurationException e = expectThrows(ConfigurationException.class, () -> StoreLock.acquire(file));
            assertTrue(
                    Objects.requireNonNull(e.getMessage()).contains("process " + holder.pid() + " on "),
                    e.getMessage());
        } finally {
            holder.destroyForcibly().waitFor();
        }
        StoreLock.acquire(file).close();
    }

    /** Takes a lock and keeps it until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws Exception {
            StoreLock lock = StoreLock.acquire(Path.of(args[0]));
            System.out.println("held");
            Thread.sleep(60_000);
            lock.close();
        }
    }
}
