package dev.understudy.pipeline.retrain;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.pipeline.cli.CommandLineRun;
import dev.understudy.pipeline.cli.Understudy;
import dev.understudy.pipeline.registry.AuditEntry;
import dev.understudy.pipeline.registry.AuditEvent;
import dev.understudy.pipeline.registry.DyingRegistry;
import dev.understudy.pipeline.registry.Registry;
import dev.understudy.pipeline.retrain.cycle.CycleRecord;
import dev.understudy.pipeline.retrain.cycle.Outcome;
import dev.understudy.pipeline.retrain.schedule.MissedTicks;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Cycles as processes of their own that are killed, meet each other, and run out of disk. */
public class RetrainProcessIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final List<Process> started = new ArrayList<>();
    private SmallWorld world;

    @BeforeClass
    public void begin() throws Exception {
        world = SmallWorld.create(64, 48);
        world.arrive(8);
    }

    @AfterClass(alwaysRun = true)
    public void end() throws Exception {
        started.forEach(Process::destroyForcibly);
        for (Process process : started) {
            process.waitFor();
        }
        if (world != null) {
            world.close();
        }
    }

    @Test
    public void killedBetweenTheLogAndTheAliasTheSameCycleStillPromotes() throws Exception {
        Process dying = start(
                DyingInPromotion.class, "dying", world.resolve("retrain.yaml").toString());
        assertEquals(exit(dying), DyingRegistry.KILLED, said("dying"));
        Registry registry = world.registry();
        assertEquals(registry.versions().size(), 1);
        assertFalse(registry.champion().isPresent(), "it was logged and not done");
        assertEquals(world.latest().outcome(), Outcome.RUNNING);

        CommandLineRun run = world.retrain();
        assertEquals(run.exitCode(), 0, run.err());
        CycleRecord record = world.latest();
        assertEquals(record.outcome(), Outcome.PROMOTED);
        assertEquals(record.runs(), 2);
        assertEquals(record.step("train").orElseThrow().state(), CycleRecord.State.SKIPPED);
        assertEquals(registry.versions().size(), 1, "registering again adds nothing");
        assertEquals(
                registry.history().entries().stream().map(AuditEntry::event).toList(),
                List.of(
                        AuditEvent.REGISTERED,
                        AuditEvent.CHALLENGED,
                        AuditEvent.PROMOTED,
                        AuditEvent.ABANDONED,
                        AuditEvent.PROMOTED));
        assertEquals(registry.verify(), List.of());
    }

    @Test(dependsOnMethods = "killedBetweenTheLogAndTheAliasTheSameCycleStillPromotes")
    public void killedInTrainingItGoesOnWithItsFramesWhileOthersWaitForTheNext() throws Exception {
        world.arrive(16);
        List<String> longer = world.arguments("--set", "student.trainer.stages.0.steps=30");
        Process first = start(Understudy.class, "first", longer.toArray(new String[0]));
        await(first, () -> checkpoints() > 0);
        CommandLineRun second = world.retrain();
        assertEquals(second.exitCode(), 3, second.out());
        assertTrue(second.err().contains("held by process " + first.pid()), second.err());
        world.arrive(20);
        first.destroyForcibly();
        exit(first);
        String id = world.latest().id();
        assertEquals(world.latest().outcome(), Outcome.RUNNING, said("first"));

        CommandLineRun third = world.retrain("--set", "student.trainer.stages.0.steps=30");
        assertEquals(third.exitCode(), 0, third.err());
        assertEquals(world.latest().id(), id);
        assertEquals(frames("frames_new"), 8);
        assertEquals(frames("frames_learnt"), 16);
        CommandLineRun next = world.retrain();
        assertEquals(next.exitCode(), 0, next.err());
        assertEquals(frames("frames_new"), 4);
        assertEquals(frames("frames_learnt"), 20);
    }

    @Test(dependsOnMethods = "killedInTrainingItGoesOnWithItsFramesWhileOthersWaitForTheNext")
    public void ofTwoSchedulersThatMissedTicksOneRunsOneCycle() throws Exception {
        int before = world.book().all().size();
        MissedTicks.since(world.resolve("state/schedule.json"), Instant.now().minus(Duration.ofDays(800)));
        String[] yearly =
                world.arguments("--cron", "0 0 1 1 *", "--zone", "UTC").toArray(new String[0]);
        Process one = start(Understudy.class, "one", yearly);
        Process two = start(Understudy.class, "two", yearly);
        await(one, () -> said("one").contains("next cycle at") && said("two").contains("next cycle at"));
        assertTrue(one.isAlive() && two.isAlive(), "schedulers stay");
        String both = said("one") + said("two");
        assertEquals(both.split("ticks have passed since the last run; they become one", -1).length, 2, both);
        assertEquals(world.book().all().size(), before + 1, both);
        assertEquals(world.latest().outcome(), Outcome.NOTHING_NEW);
        one.destroyForcibly();
        two.destroyForcibly();
    }

    /** A small tmpfs where it can be mounted; elsewhere the shell's limit on the size of files stands in for it. */
    @Test(dependsOnMethods = "killedBetweenTheLogAndTheAliasTheSameCycleStillPromotes")
    public void aDiskThatFillsCostsNothingThatWasDone() throws Exception {
        Path disk = Files.createDirectories(world.resolve("disk"));
        String state = "state=" + disk.resolve("state");
        boolean mounted = command("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString()) == 0;
        try {
            String full = mounted ? world.retrain("--set", state).err() : limited(state);
            assertTrue(full.contains("cannot be written") && full.contains("is the disk full?"), full);
            SmallWorld.Cycles there = new SmallWorld.Cycles(disk.resolve("state"));
            assertEquals(there.latest().outcome(), Outcome.FAILED);
            assertEquals(there.latest().step("train").orElseThrow().state(), CycleRecord.State.FAILED);
            if (mounted) {
                assertEquals(command("mount", "-o", "remount,size=400m", disk.toString()), 0);
            }
            CommandLineRun again = world.retrain("--set", state);
            assertEquals(again.exitCode(), 0, again.err());
            assertEquals(there.latest().outcome(), Outcome.PROMOTED);
            assertEquals(there.latest().step("label").orElseThrow().state(), CycleRecord.State.SKIPPED);
        } finally {
            if (mounted) {
                // Lazily, since mapped shards are let go by the garbage collector.
                command("umount", "-l", disk.toString());
            }
        }
    }

    private String limited(String state) throws Exception {
        List<String> command = new ArrayList<>(List.of("/bin/bash", "-c", "ulimit -f 16000; exec \"$@\"", "limited"));
        command.addAll(java(Understudy.class, world.arguments("--set", state)));
        assertEquals(exit(start("limited", command)), 3, said("limited"));
        return said("limited");
    }

    private double frames(String measure) throws IOException {
        return world.latest().step("intake").orElseThrow().measures().stream()
                .filter(m -> m.name().equals(measure))
                .findFirst()
                .orElseThrow()
                .value();
    }

    /** Of the training that runs: its folder is the only one without a mark. */
    private long checkpoints() throws IOException {
        try (Stream<Path> runs = Files.list(world.resolve("state/work/train"))) {
            return runs.filter(run -> !Files.exists(run.resolve("done.json")))
                    .filter(run -> Files.isDirectory(run.resolve("run/checkpoints")))
                    .filter(run -> Files.exists(run.resolve("run/last.pth")))
                    .count();
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Process process, Condition condition) throws Exception {
        Instant end = Instant.now().plus(PATIENCE);
        while (!condition.holds()) {
            assertTrue(process.isAlive() && Instant.now().isBefore(end), "it ended, or did not come to the point");
            Thread.sleep(50);
        }
    }

    private Process start(Class<?> main, String name, String... arguments) throws IOException {
        return start(name, java(main, List.of(arguments)));
    }

    private Process start(String name, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(world.resolve(name + ".log").toFile())
                .start();
        started.add(process);
        return process;
    }

    private static List<String> java(Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens"))
                .forEach(command::add);
        command.addAll(List.of(
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(arguments);
        return command;
    }

    private String said(String name) throws IOException {
        return Files.readString(world.resolve(name + ".log"));
    }

    private static int exit(Process process) throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "it did not end");
        return process.exitValue();
    }

    private static int command(String... words) throws InterruptedException {
        try {
            return exit(new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            return -1;
        }
    }

    /** {@code understudy retrain} with a registry that dies before it switches to the new champion. */
    public static final class DyingInPromotion {
        private DyingInPromotion() {}

        public static void main(String[] arguments) throws Exception {
            RetrainConfiguration configuration =
                    ConfigurationLoader.load(Path.of(arguments[0]), RetrainConfiguration.class, List.of());
            new RetrainRun(
                            configuration,
                            DyingRegistry.at(configuration.registryFolder(), "promoted-logged"),
                            false,
                            false,
                            Clock.systemUTC(),
                            new dev.understudy.pipeline.console.Console(
                                    new PrintWriter(System.out), new PrintWriter(System.err), false, false))
                    .run(false);
        }
    }
}
