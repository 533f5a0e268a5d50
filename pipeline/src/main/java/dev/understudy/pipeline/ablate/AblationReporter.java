package dev.understudy.pipeline.ablate;

import dev.understudy.pipeline.ablate.result.AblationResults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Shows an ablation's results to people. */
public interface AblationReporter {
    /**
     * Writes what there is to see into the ablation's folder.
     *
     * @param disputed ids of frames that policies judge differently, the most disputed first
     * @param labels open until this returns: frames, class space and policies' outcomes
     */
    void write(Path out, AblationResults results, List<String> disputed, LabelScoring labels) throws IOException;
}
