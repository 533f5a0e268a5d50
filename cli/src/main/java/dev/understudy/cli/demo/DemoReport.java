package dev.understudy.cli.demo;

import dev.understudy.cli.demo.DemoRun.DemoFolder;
import dev.understudy.cli.demo.DemoRun.DemoResults;
import dev.understudy.cli.demo.DemoRun.StudentKind;
import dev.understudy.cli.report.FramePages.Legend;
import dev.understudy.cli.report.HtmlReport;
import dev.understudy.cli.report.MapPictures;
import dev.understudy.cli.report.MapPictures.Picture;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.filter.FilterContext;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.pipeline.label.ModelFile;
import dev.understudy.scenes.DatasetRenderer;
import dev.understudy.store.LabelStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The page that shows a demo: its tables, and frames from beginning to end. */
final class DemoReport {
    private static final int ROWS = 6;
    private static final double FAR_METRES = 7;

    private final DemoConfiguration configuration;
    private final DemoFolder folder;
    private final ClassSpace classes;

    DemoReport(DemoConfiguration configuration, DemoFolder folder) {
        this.configuration = configuration;
        this.folder = folder;
        this.classes = ClassSpace.load(configuration.frames().options().scene().classes());
    }

    /** A frame and its pictures. */
    public record Row(String id, List<Picture> pictures) {}

    /** @param classes that anything was scored on */
    public record Shown(
            DemoResults results,
            List<String> classes,
            List<Legend.Entry> legend,
            List<Row> labelled,
            List<Row> tested,
            String command)
            implements HtmlReport.Page {
        @Override
        public String template() {
            return "demo.ftlh";
        }
    }

    /** @param results perhaps of the labels alone, before there are students */
    String page(DemoResults results, String command) {
        Manifest truth = Manifest.read(folder.frames().resolve(DatasetRenderer.TRUTH_NAME));
        Manifest test =
                Manifest.read(folder.frames().resolve(Manifest.FILE_NAME)).split("test");
        FrameSource known = new DiskFrameSource(truth);
        List<Frame> labelled = sample(known);
        List<Frame> tested = sample(new DiskFrameSource(test));
        return HtmlReport.render(new Shown(
                results,
                scored(results),
                legend(labelled, tested),
                labelledRows(known, labelled),
                testedRows(tested, !results.students().isEmpty()),
                command));
    }

    private List<Frame> sample(FrameSource frames) {
        int rows = Math.min(ROWS, frames.size());
        return IntStream.range(0, rows)
                .mapToObj(i -> frames.read((2 * i + 1) * frames.size() / (2 * rows)))
                .toList();
    }

    private List<Row> labelledRows(FrameSource source, List<Frame> frames) {
        try (LabelStore store = LabelStore.open(folder.store())) {
            FilterContext context = FilterContext.of(store, classes.names(), source);
            FilteredStore filtered = new FilteredStore(
                    new CalibratedStore(store), configuration.policy().policy(context));
            return frames.stream().map(frame -> row(frame, store, filtered)).toList();
        }
    }

    private Row row(Frame frame, LabelStore store, FilteredStore filtered) {
        Evidence evidence = store.get(frame.id());
        SegmentationEvidence segmentation = Objects.requireNonNull(evidence.segmentation());
        int pixels = frame.width() * frame.height();
        byte[] winners = Arrays.copyOf(segmentation.classes(), pixels);
        byte[] confidence = Arrays.copyOf(segmentation.probability(), pixels);
        return new Row(
                frame.id(),
                List.of(
                        Picture.of("frame", frame.rgb()),
                        Picture.of("depth", MapPictures.depth(Objects.requireNonNull(frame.depth()), FAR_METRES)),
                        labels("truth", Objects.requireNonNull(frame.segmentation())),
                        labels("expert's label", new LabelMap(frame.width(), frame.height(), winners)),
                        Picture.of("confidence", MapPictures.share(frame.width(), frame.height(), confidence)),
                        labels("kept by the filter", filtered.get(frame).labels())));
    }

    private List<Row> testedRows(List<Frame> frames, boolean trained) {
        List<List<Picture>> pictures = new ArrayList<>();
        for (Frame frame : frames) {
            pictures.add(new ArrayList<>(List.of(
                    Picture.of("frame", frame.rgb()),
                    labels("truth", Objects.requireNonNull(frame.segmentation())),
                    Picture.of("true depth", MapPictures.depth(Objects.requireNonNull(frame.depth()), FAR_METRES)))));
        }
        for (StudentKind kind : trained ? StudentKind.values() : new StudentKind[0]) {
            try (FramePredictor student = ModelFile.student(folder.student(kind).resolve("last.pth"))) {
                for (int i = 0; i < frames.size(); i++) {
                    predicted(kind, student.predict(frames.get(i)), pictures.get(i));
                }
            }
        }
        return IntStream.range(0, frames.size())
                .mapToObj(i -> new Row(frames.get(i).id(), pictures.get(i)))
                .toList();
    }

    private void predicted(StudentKind kind, Prediction prediction, List<Picture> row) {
        row.add(labels(kind.title(), Objects.requireNonNull(prediction.segmentation())));
        if (kind == StudentKind.FILTERED_LABELS) {
            row.add(Picture.of("its depth", MapPictures.depth(Objects.requireNonNull(prediction.depth()), FAR_METRES)));
            if (prediction.normals() != null) {
                row.add(Picture.of("its normals", MapPictures.normals(prediction.normals())));
            }
        }
    }

    private Picture labels(String caption, LabelMap labels) {
        RgbImage painted = MapPictures.labels(labels, classes);
        return Picture.of(caption, painted);
    }

    /** Classes that appear in the scores of any student or label. */
    private List<String> scored(DemoResults results) {
        return classes.names().stream()
                .filter(name -> results.labels().all().iou().get(name) != null
                        || results.students().stream()
                                .anyMatch(s -> s.segmentation().iou().get(name) != null))
                .toList();
    }

    /** The classes of the frames that are shown. */
    private List<Legend.Entry> legend(List<Frame> labelled, List<Frame> tested) {
        Set<Integer> seen = new TreeSet<>();
        for (List<Frame> frames : List.of(labelled, tested)) {
            frames.forEach(frame -> Legend.collect(Objects.requireNonNull(frame.segmentation()), seen));
        }
        return Legend.of(classes, seen);
    }
}
