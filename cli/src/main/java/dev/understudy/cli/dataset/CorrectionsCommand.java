package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.imports.ImportSummary;
import dev.understudy.dataset.imports.corrections.CorrectedLabels;
import dev.understudy.dataset.imports.corrections.CorrectionsImport;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the importers of corrected labels have in common: their options but the file, and what they report. */
abstract class CorrectionsCommand extends Command {
    @Option(
            names = "--manifest",
            required = true,
            paramLabel = "FILE",
            description = "The frames that were corrected: manifest.jsonl, or its folder.")
    private Path manifest;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the new manifest goes.")
    private Path out;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "The store whose labels were corrected; tells the class space and what has changed.")
    private @Nullable Path store;

    @Option(
            names = "--classes",
            paramLabel = "SPACE",
            description = "Class space of the labels; that of --store if not given.")
    private @Nullable String classes;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            description = "Split of the corrected frames; as it was if not given.")
    private @Nullable String split;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    /** What the tool has exported. */
    abstract Path file();

    abstract CorrectedLabels.Opener format();

    @Override
    protected int run(Console console) throws IOException {
        if (store == null) {
            run(console, null);
        } else {
            try (LabelStore labels = LabelStore.open(store)) {
                run(console, labels);
            }
        }
        return ExitCode.DONE;
    }

    private void run(Console console, @Nullable LabelStore labels) throws IOException {
        ClassSpace space = classes != null ? ClassSpace.load(classes) : labels == null ? null : labels.classSpace();
        if (space == null) {
            throw new ConfigurationException(
                    "--classes: expected the class space of the labels, or --store to tell it");
        }
        ImportSummary summary;
        try (CountedProgress progress = new CountedProgress(console, "import")) {
            summary = CorrectionsImport.run(
                    new CorrectionsImport.Options(
                            file(), manifest, out, classes != null ? classes : space.name(), split),
                    space,
                    format(),
                    progress::at);
        }
        Corrections corrections =
                labels == null ? null : Corrections.of(labels, new DiskFrameSource(Manifest.read(summary.manifest())));
        if (json && corrections != null) {
            Map<String, Object> both = new LinkedHashMap<>();
            both.put("import", summary);
            both.put("corrections", corrections);
            console.printJson(both);
            return;
        }
        ImportReport.show(console, summary, json);
        if (corrections != null) {
            corrections.lines().forEach(console::print);
        }
    }
}
