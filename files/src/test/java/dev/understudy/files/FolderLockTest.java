package dev.understudy.files;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.files.FolderLock.LockedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.testng.annotations.Test;

public class FolderLockTest {
    @Test
    public void keepsASecondThreadOutAndTellsItWhoIsIn() throws IOException {
        Path file = Scratch.folder("lock").resolve("sub/.lock");
        try (FolderLock held = FolderLock.acquire(file, Duration.ZERO, "promote v0003")) {
            LockedException told =
                    expectThrows(LockedException.class, () -> FolderLock.acquire(file, Duration.ofMillis(1), "prune"));
            assertTrue(
                    told.getMessage()
                            .contains("process " + ProcessHandle.current().pid()),
                    told.getMessage());
            assertTrue(told.getMessage().contains("promote v0003"), told.getMessage());
            assertTrue(FolderLock.tryAcquire(file, "prune").isEmpty());
            held.close();
            held.close();
        }
        assertTrue(FolderLock.tryAcquire(file, "prune").isPresent());
    }

    /** The process that has it. */
    public static void main(String[] arguments) throws Exception {
        try (FolderLock lock = FolderLock.acquire(Path.of(arguments[0]), Duration.ofSeconds(10), "hanging")) {
            System.out.write('.');
            System.out.flush();
            System.in.read();
        }
    }

    @Test
    public void aProcessThatHangsIsNamedAndOneThatDiesHoldsNothing() throws Exception {
        Path file = Scratch.folder("lock").resolve(".lock");
        List<String> command = ChildJvm.command(List.of("-Xmx64m"), FolderLockTest.class);
        command.add(file.toString());
        Process other = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertEquals(other.getInputStream().read(), '.', "it has the lock");
            LockedException told =
                    expectThrows(LockedException.class, () -> FolderLock.acquire(file, Duration.ofMillis(50), "prune"));
            assertTrue(told.getMessage().startsWith(file + ": "), told.getMessage());
            assertTrue(told.getMessage().contains("process " + other.pid()), told.getMessage());
        } finally {
            other.destroyForcibly().waitFor();
        }
        FolderLock.acquire(file, Duration.ofSeconds(5), "prune").close();
    }

    @Test
    public void anOldFileIsNoLock() throws IOException {
        Path file = Scratch.folder("lock").resolve(".lock");
        Files.writeString(file, "");
        Files.writeString(file.resolveSibling(".lock.holder"), "process 1 on \u001b[31mmoon\n");
        assertEquals(FolderLock.holder(file), "process 1 on  [31mmoon");
        try (FolderLock lock = FolderLock.acquire(file, Duration.ZERO, "label")) {
            assertTrue(FolderLock.holder(file).contains("label"));
        }
    }
}
