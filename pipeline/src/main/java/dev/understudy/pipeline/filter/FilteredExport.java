package dev.understudy.pipeline.filter;

import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.Palette;
import dev.understudy.files.AtomicFile;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.Judgement;
import dev.understudy.labeler.filter.PseudoLabel;
import dev.understudy.pipeline.progress.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a policy makes of a store: {@code labels/<id>.png}, a palette PNG with 255 where the label was dropped,
 * {@code weights/<id>.png}, grey, weight·255, {@code list.tsv}, a {@link FrameList}, {@code made.json}, where the labels come from,
 * and {@code frames.csv}, how reliable each frame's answers are and how many were kept.
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
}
