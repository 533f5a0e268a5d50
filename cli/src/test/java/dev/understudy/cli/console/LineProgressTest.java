package dev.understudy.cli.console;

import dev.understudy.cli.console.Console.LineProgress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.testng.Assert;
import org.testng.annotations.Test;

public class LineProgressTest {
    private final AtomicLong seconds = new AtomicLong();

    @Test
    public void oneLineEveryTenSeconds() {
        StringWriter text = new StringWriter();
        Console console = new Console(new PrintWriter(new StringWriter()), new PrintWriter(text), false, false);
        LineProgress progress = new LineProgress(console, "label", 100, () -> TimeUnit.SECONDS.toNanos(seconds.get()));
        for (int i = 1; i <= 25; i++) {
            seconds.set(i);
            progress.note(i + " seen");
            progress.step(2);
        }
        progress.close();
        Assert.assertEquals(
                text.toString().lines().toList(),
                java.util.List.of(
                        "label: 20 of 100, 2.0/s, 0:00:40 left, 10 seen",
                        "label: 40 of 100, 2.0/s, 0:00:30 left, 20 seen",
                        "label: 50 of 100, 2.0/s, 0:00:25 left, 25 seen"));
    }
}
