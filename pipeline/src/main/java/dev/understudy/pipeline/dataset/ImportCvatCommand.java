package dev.understudy.pipeline.dataset;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.imports.ImportSummary;
import dev.understudy.dataset.imports.cvat.CvatImport;
import dev.understudy.dataset.store.LabelStore;
import dev.understudy.pipeline.console.Command;
import dev.understudy.pipeline.console.Console;
import dev.understudy.pipeline.console.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code understudy dataset import cvat}. */
@CommandLine.Command(
        name = "cvat",
        description = {
            "Make annotated frames of labels that people have corrected in CVAT, exported there as \"Segmentation mask 1.1\"."
                    + " Frames keep their ids, pictures, depth and poses; background becomes 'ignore'.",
            "With --store it says what people changed: of which class, and how sure the expert had been.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  understudy dataset import cvat --archive task_7.zip \\",
            "      --manifest data/ --store store/ --out corrected/",
            "  understudy dataset merge data/annotated corrected/ --out data/more"
        })
public final class ImportCvatCommand extends Command {
    @Option(names = "--archive", required = true, paramLabel = "FILE", description = "What CVAT exported, a zip.")
    private Path archive;

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
        String space = classes != null
                ? classes
                : labels == null ? null : labels.description().classes();
        if (space == null) {
            throw new ConfigurationException(
                    "--classes: expected the class space of the labels, or --store to tell it");
        }
        ImportSummary summary;
        try (CountedProgress progress = new CountedProgress(console, "import")) {
            summary = CvatImport.run(new CvatImport.Options(archive, manifest, out, space, split), progress::at);
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
