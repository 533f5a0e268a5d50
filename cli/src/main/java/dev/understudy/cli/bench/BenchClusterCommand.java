package dev.understudy.cli.bench;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy bench cluster}. */
@CommandLine.Command(
        name = "cluster",
        description = "Forecast a label job on a cluster by simulating its schedule; say what bounds it.",
        footer = {
            "",
            "Measure --frame-seconds with 'understudy bench expert', or take it from a store's timing/ folder.",
            "",
            "Example:",
            "  understudy bench cluster --frames 10000000 --executors 1000 --frame-seconds 2.5"
        })
public final class BenchClusterCommand extends Command {
    @Option(names = "--frames", required = true, paramLabel = "N", description = "Frames to label.")
    private long frames;

    @Option(names = "--executors", required = true, paramLabel = "N", description = "Executors.")
    private int executors;

    @Option(
            names = "--frame-seconds",
            required = true,
            paramLabel = "S",
            description = "Reading and predicting one frame in one slot.")
    private double frameSeconds;

    @Option(names = "--slots", defaultValue = "1", description = "Tasks an executor runs at once; ${DEFAULT-VALUE}.")
    private int slots;

    @Option(names = "--shard-size", defaultValue = "32", description = "Frames a shard; ${DEFAULT-VALUE}.")
    private int shardSize;

    @Option(
            names = "--frame-spread",
            defaultValue = "0.1",
            description = "Standard deviation of its logarithm from shard to shard; ${DEFAULT-VALUE}.")
    private double frameSpread;

    @Option(
            names = "--shard-seconds",
            defaultValue = "0.11",
            description = "Writing and reading back a shard; ${DEFAULT-VALUE}.")
    private double shardSeconds;

    @Option(
            names = "--start-seconds",
            defaultValue = "30",
            description = "Until an executor has its network; ${DEFAULT-VALUE}.")
    private double startSeconds;

    @Option(
            names = "--launch-seconds",
            defaultValue = "0.002",
            description = "The driver's time to launch a task; ${DEFAULT-VALUE}.")
    private double launchSeconds;

    @Option(
            names = "--commit-seconds",
            defaultValue = "0.024",
            description = "The driver's time to publish a shard; ${DEFAULT-VALUE}.")
    private double commitSeconds;

    @Option(names = "--stragglers", defaultValue = "0.01", description = "Share of slow tasks; ${DEFAULT-VALUE}.")
    private double stragglers;

    @Option(names = "--straggler-factor", defaultValue = "5", description = "How slow they are; ${DEFAULT-VALUE}.")
    private double stragglerFactor;

    @Option(
            names = "--failures-per-hour",
            defaultValue = "0.01",
            description = "How often a slot's executor dies; ${DEFAULT-VALUE}.")
    private double failuresPerHour;

    @Option(names = "--speculation", description = "With spark.speculation.")
    private boolean speculation;

    @Option(names = "--seed", defaultValue = "1", description = "Of all luck; ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) {
        ClusterForecast forecast = ClusterSimulation.run(new ClusterLoad(
                frames,
                shardSize,
                executors,
                slots,
                frameSeconds,
                frameSpread,
                shardSeconds,
                startSeconds,
                launchSeconds,
                commitSeconds,
                stragglers,
                stragglerFactor,
                failuresPerHour,
                speculation,
                seed));
        json.print(console, forecast, forecast.lines());
        return ExitCode.DONE;
    }

    /**
     * Runs a label job's schedule without its work, event by event: one driver that launches tasks and publishes
     * shards, each one after the other; slots that take the next task when they are free; tasks with good and bad luck.
     * Seeded: the same load gives the same forecast.
     */
    static final class ClusterSimulation {
        /** As spark.speculation.quantile and .multiplier are by default. */
        private static final double QUANTILE = 0.9;

        private static final double MULTIPLIER = 3;
        private static final double HOUR = 3600;

        private final ClusterLoad load;
        private final RandomGenerator random;
        private final PriorityQueue<End> running = new PriorityQueue<>();
        private final Deque<Integer> waiting = new ArrayDeque<>();
        private final PriorityQueue<Slow> suspects = new PriorityQueue<>();
        private final Deque<Integer> idle = new ArrayDeque<>();
        private final BitSet done;
        private int published;
        private boolean looksAgain;
        private double scheduler;
        private double publisher;
        private double lastLaunch;
        private double useful;
        private long lost;
        private long twins;

        /**
         * The end of what a slot does.
         *
         * @param slot -1 when the driver looks for slow tasks
         * @param shard -1 when the slot only became ready
         */
        private record End(double at, int slot, int shard, double began, boolean dies) implements Comparable<End> {
            @Override
            public int compareTo(End other) {
                int byTime = Double.compare(at, other.at);
                return byTime != 0 ? byTime : Integer.compare(slot, other.slot);
            }
        }

        /** A task that is to be looked at again once it has run for too long. */
        private record Slow(double since, int shard) implements Comparable<Slow> {
            @Override
            public int compareTo(Slow other) {
                int byTime = Double.compare(since, other.since);
                return byTime != 0 ? byTime : Integer.compare(shard, other.shard);
            }
        }

        private ClusterSimulation(ClusterLoad load) {
            this.load = load;
            this.random = new SplittableRandom(load.seed());
            this.done = new BitSet(load.shards());
        }

        static ClusterForecast run(ClusterLoad load) {
            return new ClusterSimulation(load).run();
        }

        private ClusterForecast run() {
            for (int shard = 0; shard < load.shards(); shard++) {
                waiting.add(shard);
            }
            int slots = load.executors() * load.slots();
            for (int slot = 0; slot < slots; slot++) {
                running.add(new End(load.startSeconds() * (0.8 + 0.4 * random.nextDouble()), slot, -1, 0, false));
            }
            while (published < load.shards()) {
                End end = running.remove();
                if (end.slot < 0) {
                    looksAgain = false;
                } else if (end.dies) {
                    lose(end);
                } else {
                    finish(end);
                }
                serve(end.at);
            }
            double hours = publisher / HOUR;
            return new ClusterForecast(
                    load,
                    hours,
                    (load.work() / slots + load.startSeconds()) / HOUR,
                    load.shards() * load.launchSeconds() / HOUR,
                    load.shards() * load.commitSeconds() / HOUR,
                    hours - lastLaunch / HOUR,
                    useful / (slots * hours * HOUR),
                    lost,
                    twins);
        }

        private void lose(End end) {
            lost++;
            if (!done.get(end.shard)) {
                waiting.addFirst(end.shard);
            }
            running.add(new End(end.at + load.startSeconds(), end.slot, -1, end.at, false));
        }

        private void finish(End end) {
            idle.add(end.slot);
            if (end.shard < 0 || done.get(end.shard)) {
                return;
            }
            done.set(end.shard);
            published++;
            useful += end.at - end.began;
            publisher = Math.max(publisher, end.at) + load.commitSeconds();
        }

        private void serve(double now) {
            while (!idle.isEmpty()) {
                Integer shard = waiting.isEmpty() ? overdue(now) : waiting.poll();
                if (shard == null) {
                    return;
                }
                launch(shard, idle.remove(), now);
            }
        }

        /**
         * A shard whose task has run for too long; while there is none, the driver looks again when there may be one.
         */
        private @Nullable Integer overdue(double now) {
            if (!load.speculation() || published < QUANTILE * load.shards()) {
                return null;
            }
            while (!suspects.isEmpty() && done.get(suspects.peek().shard)) {
                suspects.remove();
            }
            if (suspects.isEmpty()) {
                return null;
            }
            if (suspects.peek().since <= now) {
                twins++;
                return suspects.remove().shard;
            }
            if (!looksAgain) {
                looksAgain = true;
                running.add(new End(suspects.peek().since, -1, -1, now, false));
            }
            return null;
        }

        private void launch(int shard, int slot, double now) {
            scheduler = Math.max(scheduler, now) + load.launchSeconds();
            lastLaunch = Math.max(lastLaunch, scheduler);
            double usual = shardFrames(shard) * load.frameSeconds() + load.shardSeconds();
            double takes =
                    usual * Math.exp(load.frameSpread() * gaussian() - load.frameSpread() * load.frameSpread() / 2);
            if (random.nextDouble() < load.stragglers()) {
                takes *= load.stragglerFactor();
            }
            double death = load.failuresPerHour() == 0
                    ? Double.POSITIVE_INFINITY
                    : -Math.log(1 - random.nextDouble()) * HOUR / load.failuresPerHour();
            boolean dies = death < takes;
            running.add(new End(scheduler + Math.min(death, takes), slot, shard, scheduler, dies));
            suspects.add(new Slow(scheduler + MULTIPLIER * usual, shard));
        }

        private long shardFrames(int shard) {
            return Math.min(load.shardSize(), load.frames() - (long) shard * load.shardSize());
        }

        private double gaussian() {
            return Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
        }
    }

    /**
     * What a simulated run came to; all times in hours.
     *
     * @param hours until the last shard is published
     * @param computeBound if every slot worked all the time and no task had bad luck
     * @param launchBound if the driver did nothing but launch tasks
     * @param commitBound if the driver did nothing but publish shards
     * @param tailHours from when no task was left to launch until the end
     * @param utilisation share of the slots' time that went into shards that were published
     * @param lostTasks that died with their executors
     * @param twins tasks that were done a second time
     */
    record ClusterForecast(
            ClusterLoad load,
            double hours,
            double computeBound,
            double launchBound,
            double commitBound,
            double tailHours,
            double utilisation,
            long lostTasks,
            long twins) {
        /** What the time cannot fall below by adding executors, or else that adding them helps. */
        String bound() {
            if (computeBound >= launchBound && computeBound >= commitBound) {
                return "the expert's time: more executors help";
            }
            return (commitBound >= launchBound ? "publishing" : "launching")
                    + " by the one driver: larger shards help, more executors do not";
        }

        List<String> lines() {
            return List.of(
                    line(
                            "%,d frames in %,d shards on %,d executors of %d slots",
                            load.frames(), load.shards(), load.executors(), load.slots()),
                    line("hours          %8.2f   of which the tail %.2f", hours, tailHours),
                    line("  compute      %8.2f", computeBound),
                    line("  launching    %8.2f", launchBound),
                    line("  publishing   %8.2f", commitBound),
                    line("utilisation    %8.1f %%", 100 * utilisation),
                    line("tasks lost     %,8d   done twice %,d", lostTasks, twins),
                    "bound by       " + bound());
        }

        private static String line(String format, Object... values) {
            return String.format(Locale.ROOT, format, values);
        }
    }
}
