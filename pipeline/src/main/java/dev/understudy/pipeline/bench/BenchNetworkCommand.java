package dev.understudy.pipeline.bench;

import dev.understudy.pipeline.console.Command;
import dev.understudy.pipeline.console.Console;
import dev.understudy.pipeline.console.ExitCode;
import dev.understudy.pipeline.console.PictureSize;
import java.io.IOException;
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

    @Option(names = "--no-plain", description = "Leave the plain form out, which takes most of the time.")
    private boolean noPlain;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    /** As on the command line. */
    abstract String architecture();

    @Override
    protected int run(Console console) throws IOException {
        PictureSize pixels = PictureSize.parse(size);
        int used = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        var report = NetworkStages.measure(architecture(), pixels, used, rounds, !noPlain);
        if (json) {
            console.printJson(report);
        } else {
            report.lines().forEach(console::print);
        }
        return ExitCode.DONE;
    }
}
