package dev.understudy.cli.bench;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import picocli.CommandLine;
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

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

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
        if (json) {
            console.printJson(forecast);
        } else {
            forecast.lines().forEach(console::print);
        }
        return ExitCode.DONE;
    }
}
