package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Console;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;

/** What an import did, for people or for machines. */
final class ImportReport {
    private static final int MOST_SKIPPED = 20;

    private ImportReport() {}

    static void show(Console console, ImportSummary summary, boolean json) {
        if (json) {
            console.printJson(summary);
            return;
        }
        console.print(summary.manifest() + ": " + summary.frames() + " frames " + summary.splits() + ", "
                + summary.withSegmentation() + " with labels, " + summary.withDepth() + " with depth; "
                + summary.written() + " files written, " + summary.kept() + " kept from before");
        summary.notes().forEach(note -> console.tell("note: " + note));
        summary.warnings().forEach(warning -> console.tell("warning: " + warning));
        summary.skipped().stream()
                .limit(MOST_SKIPPED)
                .forEach(skipped -> console.tell("left out " + skipped.source() + ": " + skipped.reason()));
        if (summary.skipped().size() > MOST_SKIPPED) {
            console.tell("left out " + (summary.skipped().size() - MOST_SKIPPED) + " more; --json lists them all");
        }
    }
}
