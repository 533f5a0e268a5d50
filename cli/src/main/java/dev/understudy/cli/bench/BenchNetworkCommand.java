package dev.understudy.cli.bench;

import dev.understudy.cli.bench.BenchCommand.RoundOptions;
import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.console.NetworkOptions;
import dev.understudy.cli.console.PictureSize;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.model.benchmark.MemoryTrend;
import dev.understudy.model.engine.Precision;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What benchmarks of networks have in common. */
abstract class BenchNetworkCommand extends Command {
    @Option(
            names = "--size",
            defaultValue = "640x480",
            paramLabel = "WxH",
            description = "Size of the pictures; ${DEFAULT-VALUE} if not given.")
    private String size;

    @Mixin
    private RoundOptions measured;

    @Mixin
    private NetworkOptions.PrecisionOption precision;

    @Option(names = "--no-plain", description = "Leave the plain form out, which takes most of the time.")
    private boolean noPlain;

    @Option(
            names = "--soak",
            paramLabel = "N",
            description = "Instead, run N frames in a row and tell how memory moves; 10 or more.")
    private @Nullable Integer soak;

    @Mixin
    private JsonOption json;

    /** As on the command line. */
    abstract String architecture();

    @Override
    protected int run(Console console) throws IOException {
        PictureSize pixels = PictureSize.parse(size);
        int used = threads();
        if (soak != null) {
            return soak(console, pixels, used, soak);
        }
        var report = NetworkStages.measure(architecture(), precision(), pixels, used, rounds(), !noPlain);
        print(console, report, report.lines());
        return ExitCode.DONE;
    }

    final String size() {
        return size;
    }

    final int threads() {
        return measured.threads();
    }

    final int rounds() {
        return measured.rounds();
    }

    /** As it is written; {@code auto} if not given. */
    final Precision precision() {
        return precision.parsed();
    }

    final boolean isSoak() {
        return soak != null;
    }

    final void print(Console console, Record report, List<String> lines) {
        json.print(console, report, lines);
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
