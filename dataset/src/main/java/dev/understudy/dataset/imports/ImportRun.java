package dev.understudy.dataset.imports;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What importers have in common once they know their frames: each is converted, on as many threads as there are cores;
 * records are written in the order of the frames; a frame that cannot be converted is left out with its reason; the
 * manifest appears when all is done. Run again with the same options, files that are there already are kept.
 *
 * @param <T> what the importer knows of a frame before it opens it
 */
public final class ImportRun<T> {
    /** Frames that are converted side by side. */
    public static final int AT_ONCE = 2 * Runtime.getRuntime().availableProcessors();

    private final ImportPlace place;
    private final Conversion<T> conversion;
    private final Remarks remarks;
    private final MadeFiles made;
    private final Placement placement;
    private final Set<String> ids = new HashSet<>();
    private final Map<String, Integer> splits = new TreeMap<>();
    private final List<ImportSummary.Skipped> skipped;
    private int withSegmentation;
    private int withDepth;

    /** How one frame is imported. Called by several threads at once. */
    public interface Conversion<T> {
        /** What the frame is called when it is left out. */
        String source(T frame);

        /**
         * Opens the frame's files, and places them.
         *
         * @throws DataException if the frame is to be left out
         * @throws IOException if the import cannot go on
         */
        FrameRecord convert(T frame, Placement placement) throws IOException;

        /** Called once all are converted, to tell of the frames as a whole. */
        default void finished(Remarks told) {}
    }

    private record Outcome(
            String source,
            @Nullable FrameRecord record,
            @Nullable String problem) {}

    /**
     * @param skipped what has already been left out
     * @param remarks what is noticed on the way; told when all is done
     * @throws dev.understudy.conf.ConfigurationException if something of the user's would be written over
     */
    public ImportRun(ImportPlace place, Conversion<T> conversion, List<ImportSummary.Skipped> skipped, Remarks remarks)
            throws IOException {
        this.place = place;
        this.conversion = conversion;
        this.remarks = remarks;
        this.skipped = new ArrayList<>(skipped);
        place.requireFree();
        Path out = place.folder();
        boolean again = Files.exists(out.resolve(place.optionsFile()));
        Files.createDirectories(out);
        if (again) {
            AtomicFile.removeUnfinished(out);
        }
        AtomicFile.write(out.resolve(place.optionsFile()), place.options());
        this.made = MadeFiles.open(out, place.madeFile(), place.options(), again);
        this.placement = new Placement(place.roots(), place.roots(), out, made);
    }

    /** Where files go that belong to no frame. */
    public Placement placement() {
        return placement;
    }

    /** @throws DataException if no frame can be imported */
    public ImportSummary run(List<T> frames, Progress progress) throws IOException {
        return run(frames, AT_ONCE, progress);
    }

    /** @param atOnce so many neighbouring frames are converted side by side, before the next ones are begun */
    public ImportSummary run(List<T> frames, int atOnce, Progress progress) throws IOException {
        try (made;
                ManifestWriter writer = new ManifestWriter(place.manifest())) {
            for (int from = 0; from < frames.size(); from += atOnce) {
                List<T> some = frames.subList(from, Math.min(frames.size(), from + atOnce));
                for (Outcome outcome : some.parallelStream().map(this::convert).toList()) {
                    add(outcome, writer);
                }
                progress.at(from + some.size(), frames.size());
            }
            if (writer.frames() == 0) {
                String first = skipped.isEmpty()
                        ? "; none was found; check the folder and the layout"
                        : " of " + skipped.size() + "; the first: "
                                + skipped.get(0).reason();
                throw new DataException("no frame could be imported" + first);
            }
            writer.publish();
            conversion.finished(remarks);
            return ImportSummaryBuilder.builder()
                    .manifest(place.manifest())
                    .frames(writer.frames())
                    .splits(splits)
                    .withSegmentation(withSegmentation)
                    .withDepth(withDepth)
                    .written(placement.written())
                    .kept(placement.kept())
                    .skipped(skipped)
                    .warnings(remarks.warnings())
                    .notes(remarks.notes())
                    .build();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Outcome convert(T frame) {
        String source = conversion.source(frame);
        try {
            FrameRecord record = conversion.convert(frame, placement);
            Optional<String> problem = FrameRules.problem(record);
            return problem.isEmpty()
                    ? new Outcome(source, record, null)
                    : new Outcome(source, null, source + ": " + problem.get());
        } catch (DataException e) {
            return new Outcome(source, null, e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(Outcome outcome, ManifestWriter writer) throws IOException {
        FrameRecord record = outcome.record;
        if (record == null) {
            skipped.add(new ImportSummary.Skipped(outcome.source, String.valueOf(outcome.problem)));
        } else if (!ids.add(record.id())) {
            skipped.add(new ImportSummary.Skipped(
                    outcome.source,
                    outcome.source + ": found id '" + record.id() + "' for the second time; rename the file"));
        } else {
            writer.add(record);
            splits.merge(record.split() == null ? "none" : record.split(), 1, Integer::sum);
            withSegmentation += record.segmentation() == null ? 0 : 1;
            withDepth += record.depth() == null ? 0 : 1;
        }
    }

    /**
     * What an import did.
     *
     * @param frames in the manifest
     * @param splits frames by split, sorted by name; frames without one are under {@code none}
     * @param withSegmentation frames that have labels
     * @param withDepth frames that have depth
     * @param written files made or copied in this run
     * @param kept files that an earlier run had made
     * @param skipped what was left out, in order
     * @param warnings what was noticed and is likely not meant
     * @param notes what else was noticed
     */
    @RecordBuilder
    @RecordBuilder.Options(prefixEnclosingClassNames = false)
    public record ImportSummary(
            Path manifest,
            int frames,
            Map<String, Integer> splits,
            int withSegmentation,
            int withDepth,
            int written,
            int kept,
            List<Skipped> skipped,
            List<String> warnings,
            List<String> notes) {

        /** @param source where it was listed */
        public record Skipped(String source, String reason) {}
    }

    /** Is told how far a long run has come. Called on the thread that runs it, once a frame. */
    @FunctionalInterface
    public interface Progress {
        Progress NONE = (done, total) -> {};

        void at(int done, int total);
    }
}
