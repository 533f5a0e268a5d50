package dev.understudy.retrain.cycle;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.files.ChildJvm;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Cycles that are processes of their own: killed by the system, and two at once. */
public class CycleProcessIT {
    private Path folder;

    @BeforeMethod
    public void begin() throws IOException {
        folder = Scratch.folder("cycle-it");
        Files.writeString(folder.resolve("numbers"), "1\n2\n");
    }

    @Test
    public void killedBySignalInEveryStepItStillEndsAsIfNothingHadBeen() throws Exception {
        for (String point : NumberedSteps.POINTS) {
            Process process = start(point);
            assertEquals(process.getInputStream().read(), '.', point);
            process.destroyForcibly();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        }
        Process last = start("-");
        String said = new String(last.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(last.waitFor(60, TimeUnit.SECONDS));
        assertEquals(said, "sum 6, run 6");
        assertEquals(
                new NumberedSteps(folder, p -> {}).trace(),
                List.of("intake 2", "intake 2", "twice 1", "twice 2", "sum 6", "sum 6"));
    }

    @Test
    public void aCycleThatRunsKeepsASecondOneOutAndADeadOneDoesNot() throws Exception {
        Process first = start("double-1");
        assertEquals(first.getInputStream().read(), '.');
        Process second = start("-");
        String said = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(said.contains("held by process " + first.pid()), said);
        assertTrue(said.contains("a retraining cycle"), said);
        first.destroyForcibly();
        assertTrue(first.waitFor(60, TimeUnit.SECONDS));
        Process third = start("-");
        assertEquals(new String(third.getInputStream().readAllBytes(), StandardCharsets.UTF_8), "sum 6, run 2");
    }

    private Process start(String point) throws IOException {
        List<String> command = ChildJvm.command(List.of("-Xmx64m"), Runner.class);
        command.addAll(List.of(folder.toString(), point));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** What runs in those processes: folder, and the point where to say so and wait to be killed. */
    public static final class Runner {
        private Runner() {}

        public static void main(String[] arguments) {
            NumberedSteps steps = new NumberedSteps(Path.of(arguments[0]), point -> {
                if (point.equals(arguments[1])) {
                    System.out.print('.');
                    System.out.flush();
                    Thread.sleep(60_000);
                }
            });
            try {
                CycleRecord record = steps.cycle(Clock.systemUTC()).run(false);
                System.out.print(record.reason() + ", run " + record.runs());
            } catch (Exception e) {
                System.out.print(e.getMessage());
            }
            System.out.flush();
        }
    }
}
