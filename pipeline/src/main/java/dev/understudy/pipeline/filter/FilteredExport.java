package dev.understudy.pipeline.filter;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.Palette;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.storage.Storage;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.Judgement;
import dev.understudy.labeler.filter.PseudoLabel;
import dev.understudy.pipeline.RunObserver.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a policy makes of a store: {@code labels/<id>.png}, a palette PNG with 255 where the label was dropped,
 * {@code weights/<id>.png}, grey, weight·255, {@code list.tsv}, a {@link FrameList}, {@code made.json}, where the
 * labels come from, and {@code frames.csv}, how reliable each frame's answers are and how many were kept.
 */
public final class FilteredExport {
    private final FilteredStore labels;
    private final Palette palette;
    private final TruthScores.Counter truth;
    private final Provenance made;
    private final Path out;
    private final LongAdder pixels = new LongAdder();
    private final LongAdder kept = new LongAdder();

    /** @param truth counts what is kept of annotated frames */
    public FilteredExport(
            FilteredStore labels, ClassSpace classes, TruthScores.Counter truth, Provenance made, Path out) {
        this.labels = labels;
        this.truth = truth;
        this.made = made;
        this.palette = classes.palette();
        this.out = out.toAbsolutePath().normalize();
    }

    /**
     * @param keptShare pixels with a label over all pixels
     * @param truth how right the kept labels are where frames are annotated; null where none is
     * @param list the tab-separated list
     * @param root the folder that its paths are relative to
     */
    public record Summary(
            int frames, double keptShare, @Nullable TruthScores truth, String list, String root) {}

    /** @param frames all of them in the store */
    public Summary write(Path folder, FrameSource frames, Progress progress) throws IOException {
        FrameList list = new FrameList(folder, out);
        for (int i = 0; i < frames.size(); i++) {
            list.requireFree(frames.record(i));
        }
        String[] quality = new String[frames.size()];
        IntStream.range(0, frames.size()).parallel().forEach(i -> {
            quality[i] = write(frames.read(i));
            progress.step(1);
        });
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            lines.add(list.line(frames.record(i)));
        }
        Path file = out.resolve("list.tsv");
        AtomicFile.write(file, String.join("", lines));
        AtomicFile.write(out.resolve("frames.csv"), Provenance.HEAD + String.join("", quality));
        AtomicFile.write(out.resolve("made.json"), made.toJson());
        double keptShare = (double) kept.sum() / Math.max(1, pixels.sum());
        return new Summary(
                frames.size(),
                keptShare,
                truth.scores(),
                file.toString(),
                list.root().toString());
    }

    /** @return the frame's line of {@code frames.csv} */
    private String write(Frame frame) {
        Judgement judgement = labels.judge(frame);
        PseudoLabel label = judgement.kept();
        truth.add(frame, label.labels());
        byte[] weights = new byte[label.weight().length];
        long labelled = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (byte) Math.round(label.weight()[i] * 255);
            labelled += label.weight()[i] > 0 ? 1 : 0;
        }
        pixels.add(weights.length);
        kept.add(labelled);
        try {
            LabelFiles.write(out.resolve(FrameList.labels(frame.record())), label.labels(), palette);
            LabelFiles.write(
                    out.resolve("weights").resolve(frame.id() + ".png"),
                    new LabelMap(frame.width(), frame.height(), weights));
            return Provenance.line(frame.id(), judgement.meanConfidence(), (double) labelled / weights.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The list that other trainers, and our own importer, read: {@code rgb<TAB>labels[<TAB>depth]} a line, with paths
     * relative to the nearest folder that holds both the pictures and the labels.
     */
    static final class FrameList {
        private final Path root;
        private final Path folder;
        private final Path out;

        /**
         * @param folder of the manifest
         * @param out where results go; made if missing
         * @throws DataException if no folder holds both
         */
        FrameList(Path folder, Path out) throws IOException {
            Files.createDirectories(out);
            this.folder = folder.toRealPath();
            this.out = out.toRealPath();
            if (Storage.isRemote(folder) || Storage.isRemote(out)) {
                this.root = this.out;
                return;
            }
            Path above = this.out;
            while (above != null && !this.folder.startsWith(above)) {
                above = above.getParent();
            }
            if (above == null) {
                throw new DataException(out + ": found no folder above both it and " + folder
                        + ", which the list's paths could be relative to; choose an --out on the same drive");
            }
            this.root = above;
        }

        /** What the paths are relative to; frames that lie in another storage are listed by their URIs. */
        Path root() {
            return root;
        }

        /**
         * Makes sure that results fall on nothing that the frame has.
         *
         * @throws ConfigurationException if they would
         */
        void requireFree(FrameRecord record) throws IOException {
            for (String path : Stream.of(record.rgb(), record.depth(), record.segmentation(), record.normals())
                    .filter(named -> named != null)
                    .toList()) {
                Path file = FrameRules.resolve(folder, path).toRealPath();
                for (String written : new String[] {"labels", "weights"}) {
                    Path there = out.resolve(written);
                    if (file.startsWith(Files.exists(there) ? there.toRealPath() : there)) {
                        throw new ConfigurationException(
                                "--out " + out + ": results would be written among the frames' own" + " files (" + file
                                        + "), which stay as they are; choose another folder");
                    }
                }
            }
        }

        static String labels(FrameRecord record) {
            return "labels/" + record.id() + ".png";
        }

        String line(FrameRecord record) {
            String depth = record.depth() == null ? "" : "\t" + relative(folder.resolve(record.depth()));
            return relative(folder.resolve(record.rgb())) + "\t" + relative(out.resolve(labels(record))) + depth + "\n";
        }

        private String relative(Path file) {
            if (!file.getFileSystem().equals(root.getFileSystem())) {
                return file.toString();
            }
            return root.relativize(file).toString().replace(java.io.File.separatorChar, '/');
        }
    }
}
