package dev.understudy.dataset.imports;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.DataException;
import dev.understudy.dataset.file.AtomicFile;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    /** The options of an import, beside its manifest. */
    public static final String OPTIONS_FILE = "import.yaml";

    /** Frames that are converted side by side. */
    public static final int AT_ONCE = 2 * Runtime.getRuntime().availableProcessors();

    private final Path manifest;
    private final Conversion<T> conversion;
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
    }

    private record Outcome(
            String source,
            @Nullable FrameRecord record,
            @Nullable String problem) {}

    /**
     * @param root where the frames come from
     * @param out where the manifest goes; made if it is not there
     * @param options a configuration record, kept beside the manifest
     * @param skipped what has already been left out
     */
    public ImportRun(Path root, Path out, Record options, Conversion<T> conversion, List<ImportSummary.Skipped> skipped)
            throws IOException {
        this(
                root,
                out.resolve(Manifest.FILE_NAME),
                OPTIONS_FILE,
                ConfigurationWriter.toYaml(options),
                conversion,
                skipped);
    }

    /**
     * As above, for what is no import but works alike.
     *
     * @param manifest the file to write; others are placed below its folder
     * @param optionsFile name of the file beside it that keeps the options
     * @param options all that decides what becomes of a frame, as text; when it has changed, nothing is kept
     */
    public ImportRun(
            Path root,
            Path manifest,
            String optionsFile,
            String options,
            Conversion<T> conversion,
            List<ImportSummary.Skipped> skipped)
            throws IOException {
        this.manifest = manifest.toAbsolutePath();
        this.conversion = conversion;
        this.skipped = new ArrayList<>(skipped);
        Path out = this.manifest.getParent();
        Path file = out.resolve(optionsFile);
        boolean same = Files.isRegularFile(file) && Files.readString(file).equals(options);
        Files.createDirectories(out);
        if (same) {
            AtomicFile.removeUnfinished(out);
        }
        AtomicFile.write(file, options);
        this.placement = new Placement(root, out, same);
    }

    /** @throws DataException if no frame can be imported */
    public ImportSummary run(List<T> frames, Progress progress) throws IOException {
        return run(frames, AT_ONCE, progress);
    }

    /** @param atOnce so many neighbouring frames are converted side by side, before the next ones are begun */
    public ImportSummary run(List<T> frames, int atOnce, Progress progress) throws IOException {
        try (ManifestWriter writer = new ManifestWriter(manifest)) {
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
            return new ImportSummary(
                    manifest,
                    writer.frames(),
                    splits,
                    withSegmentation,
                    withDepth,
                    placement.written(),
                    placement.kept(),
                    skipped);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Outcome convert(T frame) {
        String source = conversion.source(frame);
        try {
            return new Outcome(source, conversion.convert(frame, placement), null);
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
}
