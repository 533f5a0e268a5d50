package dev.understudy.model.engine;

import dev.understudy.conf.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.testng.Assert;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class UnpackingLockTest {
    private Path file;

    @BeforeMethod
    public void makeFile() throws IOException {
        file = Files.createTempDirectory("unpacking").resolve("natives/understudy.lock");
    }

    @AfterMethod
    public void removeFile() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(file.getParent());
        Files.deleteIfExists(file.getParent().getParent());
    }

    /** The process that has it. */
    public static void main(String[] arguments) throws Exception {
        try (UnpackingLock lock = UnpackingLock.acquire(Path.of(arguments[0]), Duration.ofSeconds(10))) {
            System.out.write('.');
            System.out.flush();
            System.in.read();
        }
    }

    @Test
    public void aProcessThatHangsIsNamedAndOneThatDiesHoldsNothing() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        UnpackingLockTest.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            Assert.assertEquals(other.getInputStream().read(), '.', "it has the lock");
            ConfigurationException tooLong = Assert.expectThrows(
                    ConfigurationException.class, () -> UnpackingLock.acquire(file, Duration.ofMillis(50)));
            Assert.assertTrue(
                    tooLong.getMessage().contains("process " + other.pid() + " has been"), tooLong.getMessage());
            Assert.assertTrue(tooLong.getMessage().startsWith(file.toString()), tooLong.getMessage());
        } finally {
            other.destroyForcibly().waitFor();
        }
        UnpackingLock.acquire(file, Duration.ofSeconds(5)).close();
    }

    @Test
    public void withinOneProcessItIsWaitedForToo() throws IOException {
        try (UnpackingLock held = UnpackingLock.acquire(file, Duration.ZERO)) {
            Assert.assertThrows(ConfigurationException.class, () -> UnpackingLock.acquire(file, Duration.ofMillis(50)));
        }
    }
}
