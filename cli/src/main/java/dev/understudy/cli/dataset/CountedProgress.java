package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Console;
import dev.understudy.pipeline.progress.Progress;
import org.jspecify.annotations.Nullable;

/** Progress of work that says how much is done in all, and how much there is only once it has begun. */
final class CountedProgress implements AutoCloseable {
    private final Console console;
    private final String task;
    private @Nullable Progress shown;
    private int before;

    CountedProgress(Console console, String task) {
        this.console = console;
        this.task = task;
    }

    void at(int done, int total) {
        Progress progress = shown;
        if (progress == null) {
            progress = console.progress(task, total);
            shown = progress;
        }
        progress.step(done - before);
        before = done;
    }

    @Override
    public void close() {
        if (shown != null) {
            shown.close();
        }
    }
}
