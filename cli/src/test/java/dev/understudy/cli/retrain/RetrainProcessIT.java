package dev.understudy.cli.retrain;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Understudy;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.files.ChildJvm;
import dev.understudy.pipeline.process.MountedFolder;
import dev.understudy.retrain.MissedTicks;
import dev.understudy.retrain.RetrainRun;
import dev.understudy.retrain.RetrainRun.RetrainConfiguration;
import dev.understudy.retrain.cycle.Cycle.CycleBook;
import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import dev.understudy.retrain.registry.AuditHistory.AuditEntry;
import dev.understudy.retrain.registry.AuditHistory.AuditEvent;
import dev.understudy.retrain.registry.DyingRegistry;
import dev.understudy.retrain.registry.Registry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Cycles as processes of their own that are killed, meet each other, and run out of disk. */
public class RetrainProcessIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final List<String> OPTIONS = Stream.concat(
                    ChildJvm.LEARNING.stream(), Stream.of("-Dai.djl.offline=true"))
            .toList();

    private final List<ChildJvm> started = new ArrayList<>();
    private SmallWorld world;

    @BeforeClass
    public void begin() throws Exception {
        world = SmallWorld.create(64, 48);
        world.arrive(8);
    }

    @AfterClass(alwaysRun = true)
    public void end() throws Exception {
        for (ChildJvm child : started) {
            child.close();
        }
        if (world != null) {
            world.close();
        }
    }

    @Test
    public void killedBetweenTheLogAndTheAliasTheSameCycleStillPromotes() throws Exception {
        ChildJvm dying = start(
                "dying",
                DyingInPromotion.class,
                List.of(world.resolve("retrain.yaml").toString()));
        assertEquals(exit(dying), DyingRegistry.KILLED, dying.output());
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
        String[] longer = {
            "--set", "student.trainer.stages.0.steps=20", "--set", "student.trainer.checkpoints.everySteps=1"
        };
        ChildJvm first = start("first", Understudy.class, world.arguments(longer));
        await(() -> checkpoints() > 0);
        CommandLineRun second = world.retrain();
        assertEquals(second.exitCode(), 3, second.out());
        assertTrue(second.err().contains("held by process " + first.process().pid()), second.err());
        world.arrive(20);
        first.kill();
        String id = world.latest().id();
        assertEquals(world.latest().outcome(), Outcome.RUNNING, first.output());

        CommandLineRun third = world.retrain(longer);
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
        List<String> yearly = world.arguments("--cron", "0 0 1 1 *", "--zone", "UTC");
        ChildJvm one = start("one", Understudy.class, yearly);
        ChildJvm two = start("two", Understudy.class, yearly);
        await(() -> one.output().contains("next cycle at") && two.output().contains("next cycle at"));
        assertTrue(one.process().isAlive() && two.process().isAlive(), "schedulers stay");
        String both = one.output() + two.output();
        assertEquals(both.split("ticks have passed since the last run; they become one", -1).length, 2, both);
        assertEquals(world.book().all().size(), before + 1, both);
        assertEquals(world.latest().outcome(), Outcome.NOTHING_NEW);
        one.kill();
        two.kill();
    }

    /**
     * A small file system where one can be mounted; elsewhere the shell's limit on the size of files stands in for it.
     */
    @Test(dependsOnMethods = "killedBetweenTheLogAndTheAliasTheSameCycleStillPromotes")
    public void aDiskThatFillsCostsNothingThatWasDone() throws Exception {
        Path disk = world.resolve("disk");
        try (MountedFolder small = MountedFolder.mount(disk, "size=24m")) {
            CommandLineRun full = world.retrain("--set", "state=" + disk.resolve("state"));
            assertEquals(full.exitCode(), 3, full.out());
            failedInTraining(full.err(), disk.resolve("state"));
            small.remount("size=400m");
            goesOn(disk.resolve("state"));
        } catch (SkipException e) {
            List<String> limited =
                    new ArrayList<>(List.of("/bin/bash", "-c", "ulimit -f 16000; exec \"$@\"", "limited"));
            limited.addAll(ChildJvm.command(OPTIONS, Understudy.class));
            limited.addAll(world.arguments("--set", "state=" + disk.resolve("state")));
            ChildJvm full = start("limited", limited);
            assertEquals(exit(full), 3, full.output());
            failedInTraining(full.output(), disk.resolve("state"));
            goesOn(disk.resolve("state"));
        }
    }

    private static void failedInTraining(String said, Path state) throws IOException {
        assertTrue(said.contains("cannot be written") && said.contains("is the disk full?"), said);
        CycleRecord record = new CycleBook(state).latest().orElseThrow();
        assertEquals(record.outcome(), Outcome.FAILED);
        assertEquals(record.step("train").orElseThrow().state(), CycleRecord.State.FAILED);
    }

    private void goesOn(Path state) throws IOException {
        CommandLineRun again = world.retrain("--set", "state=" + state);
        assertEquals(again.exitCode(), 0, again.err());
        CycleRecord record = new CycleBook(state).latest().orElseThrow();
        assertEquals(record.outcome(), Outcome.PROMOTED);
        assertEquals(record.runs(), 2);
        assertEquals(record.step("label").orElseThrow().state(), CycleRecord.State.SKIPPED);
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

    private static void await(Condition condition) throws Exception {
        Instant end = Instant.now().plus(PATIENCE);
        while (!condition.holds()) {
            assertTrue(Instant.now().isBefore(end), "it did not come to the point");
            Thread.sleep(50);
        }
    }

    private ChildJvm start(String name, Class<?> main, List<String> arguments) throws IOException {
        List<String> command = ChildJvm.command(OPTIONS, main);
        command.addAll(arguments);
        return start(name, command);
    }

    private ChildJvm start(String name, List<String> command) throws IOException {
        ChildJvm child = ChildJvm.start(command, world.resolve(name + ".log"));
        started.add(child);
        return child;
    }

    private static int exit(ChildJvm child) throws Exception {
        await(() -> !child.process().isAlive());
        return child.exitCode();
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
                            (record, folder) -> {},
                            new dev.understudy.cli.console.Console(
                                    new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                                    new PrintWriter(System.err, false, StandardCharsets.UTF_8),
                                    false,
                                    false))
                    .run(false);
        }
    }
}
