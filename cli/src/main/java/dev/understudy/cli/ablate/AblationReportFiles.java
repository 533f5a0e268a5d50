package dev.understudy.cli.ablate;

import dev.understudy.cli.ablate.report.AblationPage;
import dev.understudy.cli.ablate.report.AblationTable;
import dev.understudy.files.AtomicFile;
import dev.understudy.pipeline.ablate.AblationReporter;
import dev.understudy.pipeline.ablate.LabelScoring;
import dev.understudy.pipeline.ablate.result.AblationResults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes {@code table.md}, {@code table.tex} and {@code report.html}.
 *
 * @param command as the page names what made it
 */
record AblationReportFiles(String command) implements AblationReporter {
    @Override
    public void write(Path out, AblationResults results, List<String> disputed, LabelScoring labels)
            throws IOException {
        AtomicFile.write(out.resolve("table.md"), AblationTable.markdown(results));
        AtomicFile.write(out.resolve("table.tex"), AblationTable.latex(results));
        AblationPage page = new AblationPage(labels.classes(), labels.policies());
        AtomicFile.write(out.resolve("report.html"), page.html(results, disputed, labels.frames(), command));
    }
}
