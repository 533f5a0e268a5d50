package dev.understudy.cli.bench;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.PictureSize;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.model.benchmark.MemoryTrend;
import dev.understudy.model.engine.Precision;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What benchmarks of networks have in common. */
abstract class BenchNetworkCommand extends Command {
    @Option(
            names = "--size",
            defaultValue = "640x480",
            paramLabel = "WxH",
            description = "Size of the pictures; ${DEFAULT-VALUE} if not given.")
    private String size;

    @Option(names = "--threads", defaultValue = "0", description = "Threads to use; all processors if not given.")
    private int threads;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds to measure; ${DEFAULT-VALUE} if not given.")
    private int rounds;

    @Option(
            names = "--precision",
            defaultValue = "auto",
            paramLabel = "TYPE",
            description = "What the network calculates in: auto, float32 or bfloat16; ${DEFAULT-VALUE} if not given.")
    private String precision;

    @Option(names = "--no-plain", description = "Leave the plain form out, which takes most of the time.")
    private boolean noPlain;

    @Option(
            names = "--soak",
            paramLabel = "N",
            description = "Instead, run N frames in a row and tell how memory moves; 10 or more.")
    private @Nullable Integer soak;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    /** As on the command line. */
    abstract String architecture();

    @Override
    protected int run(Console console) throws IOException {
        PictureSize pixels = PictureSize.parse(size);
        int used = threads();
        if (soak != null) {
            return soak(console, pixels, used, soak);
        }
        var report = NetworkStages.measure(architecture(), precision(), pixels, used, rounds, !noPlain);
        print(console, report, report.lines());
        return ExitCode.DONE;
    }

    final String size() {
        return size;
    }

    final int threads() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    final int rounds() {
        return rounds;
    }

    /** As it is written; {@code auto} if not given. */
    final Precision precision() {
        return Precision.parse(precision);
    }

    final boolean isSoak() {
        return soak != null;
    }

    final void print(Console console, Record report, List<String> lines) {
        if (json) {
            console.printJson(report);
        } else {
            lines.forEach(console::print);
        }
    }

    private int soak(Console console, PictureSize pixels, int used, int frames) {
        if (frames < 10) {
            throw new ConfigurationException("--soak " + frames + ": expected at least 10 frames");
        }
        MemoryTrend trend = NetworkStages.soak(architecture(), precision(), pixels, used, frames);
        print(console, trend, trend.lines());
        return ExitCode.DONE;
    }
}
