package dev.understudy.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.SkipException;

/** Published research frames that may lie beside the project; tests that want them are skipped where they do not. */
public final class RealFrames {
    private RealFrames() {}

    public static Path path(String relative) {
        Path path = Path.of("..", "..", "shared", "data").resolve(relative);
        Path fromWorktree = Path.of("..").resolve(path);
        if (Files.exists(path)) {
            return path;
        } else if (Files.exists(fromWorktree)) {
            return fromWorktree;
        }
        throw new SkipException(path + " is not on this machine");
    }
}
