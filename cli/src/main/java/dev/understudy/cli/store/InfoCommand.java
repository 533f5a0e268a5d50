package dev.understudy.cli.store;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.DataException;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.pipeline.label.LabelResult;
import dev.understudy.store.LabelStore;
import dev.understudy.store.QuarantinedFrame;
import dev.understudy.store.StoreDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy store info}. */
@CommandLine.Command(
        name = "info",
        description = "Say what a complete store holds and what made it.",
        footer = {"", "Example:", "  understudy store info store/"})
public final class InfoCommand extends Command {
    @Parameters(paramLabel = "DIR", description = "The store.")
    private Path store;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    /** @param fingerprint of all that the evidence depends on */
    record Info(
            String fingerprint, StoreDescription description, LabelResult result, List<QuarantinedFrame> quarantined) {}

    @Override
    protected int run(Console console) {
        Info info;
        List<String> neverSaid;
        try (LabelStore labels = LabelStore.open(store)) {
            info = new Info(
                    labels.description().fingerprint().digest(),
                    labels.description(),
                    LabelResult.of(store, labels.totals()),
                    labels.quarantined());
            neverSaid = neverSaid(labels);
        }
        if (json) {
            console.printJson(info);
        } else {
            show(console, info, neverSaid);
        }
        return ExitCode.DONE;
    }

    /** A class space of a user's own is kept by its name alone, and need not be there. */
    private static List<String> neverSaid(LabelStore labels) {
        try {
            return StorePolicies.neverSaidInWords(labels);
        } catch (ConfigurationException | DataException e) {
            return List.of("never said     all but the classes of index "
                    + labels.description().knownClasses());
        }
    }

    private static void show(Console console, Info info, List<String> neverSaid) {
        StoreDescription description = info.description();
        info.result().lines().forEach(console::print);
        console.print("fingerprint    " + info.fingerprint());
        description
                .fingerprint()
                .parts()
                .forEach((name, value) ->
                        console.print(String.format(Locale.ROOT, "  %-20s %s", name, StoreDescription.inWords(value))));
        neverSaid.forEach(console::print);
        console.print("shard size     " + description.shardSize());
        console.print("calibration    "
                + (description.calibration() == null
                        ? "none"
                        : description.calibration().method()));
        info.quarantined().forEach(frame -> console.print("quarantined    " + frame.id() + ": " + frame.reason()));
    }
}
