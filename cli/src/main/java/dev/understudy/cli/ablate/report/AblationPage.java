package dev.understudy.cli.ablate.report;

import dev.understudy.cli.report.HtmlReport;
import dev.understudy.cli.report.Legend;
import dev.understudy.cli.report.Picture;
import dev.understudy.cli.report.Pictures;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.pipeline.ablate.result.AblationResults;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** {@code report.html}: the tables, the charts, and the frames on which policies differ most. */
public final class AblationPage {
    private static final int MOST_POLICIES = 10;

    private final ClassSpace classes;
    private final Map<String, FilteredStore> policies;

    /** @param policies by name, for the pictures */
    public AblationPage(ClassSpace classes, Map<String, FilteredStore> policies) {
        this.classes = classes;
        this.policies = policies;
    }

    /** A frame and its pictures. */
    public record Row(String id, List<Picture> pictures) {}

    /**
     * @param disputed ids of the frames to show
     * @param frames that hold them, with their truth if it is known
     * @param command that made the page
     */
    public String html(AblationResults results, List<String> disputed, FrameSource frames, String command) {
        Set<Integer> seen = new TreeSet<>();
        List<Row> gallery = gallery(disputed, frames, seen);
        return HtmlReport.render(
                "ablation.ftlh",
                Map.of(
                        "labelHead",
                        AblationTable.LABEL_HEAD,
                        "labelRows",
                        AblationTable.labelRows(results),
                        "labelNotes",
                        AblationTable.labelNotes(results),
                        "studentHead",
                        AblationTable.STUDENT_HEAD,
                        "studentRows",
                        AblationTable.studentRows(results),
                        "note",
                        AblationTable.note(results),
                        "charts",
                        new AblationCharts(results).all(),
                        "gallery",
                        gallery,
                        "legend",
                        Legend.of(classes, seen),
                        "command",
                        command));
    }

    private List<Row> gallery(List<String> disputed, FrameSource frames, Set<Integer> seen) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < frames.size(); i++) {
            places.put(frames.record(i).id(), i);
        }
        return disputed.stream()
                .filter(places::containsKey)
                .map(id -> row(frames.read(places.get(id)), seen))
                .toList();
    }

    private Row row(Frame frame, Set<Integer> seen) {
        List<Picture> pictures = new ArrayList<>();
        pictures.add(Picture.of("frame", frame.rgb()));
        if (frame.segmentation() != null) {
            pictures.add(Picture.of("truth", Pictures.labels(frame.segmentation(), classes)));
            Legend.collect(frame.segmentation(), seen);
        }
        policies.entrySet().stream().limit(MOST_POLICIES).forEach(policy -> {
            var kept = policy.getValue().get(frame).labels();
            pictures.add(Picture.of(policy.getKey(), Pictures.labels(kept, classes)));
            Legend.collect(kept, seen);
        });
        return new Row(frame.id(), pictures);
    }
}
