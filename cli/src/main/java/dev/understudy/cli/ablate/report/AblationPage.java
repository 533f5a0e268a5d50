package dev.understudy.cli.ablate.report;

import dev.understudy.cli.report.FramePages;
import dev.understudy.cli.report.FrameView;
import dev.understudy.cli.report.HtmlReport;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.AtomicFile;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.PseudoLabel;
import dev.understudy.pipeline.ablate.result.AblationResults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code report.html}, the tables and the charts, and {@code frames/}, pages of the frames on which policies differ
 * most.
 */
public final class AblationPage {
    private static final int MOST_POLICIES = 10;
    private static final int WIDTH = 320;
    private static final int PER_PAGE = 12;
    private static final String FRAMES = "frames";
    private static final String TRUTH = "truth";

    private final ClassSpace classes;
    private final Map<String, FilteredStore> policies;

    /** @param policies by name, for the pictures */
    public AblationPage(ClassSpace classes, Map<String, FilteredStore> policies) {
        this.classes = classes;
        this.policies = policies;
    }

    /**
     * @param disputed ids of the frames to show
     * @param frames that hold them, with their truth if it is known
     * @param command that made the page
     */
    public void write(Path out, AblationResults results, List<String> disputed, FrameSource frames, String command)
            throws IOException {
        if (!disputed.isEmpty()) {
            writeFrames(out.resolve(FRAMES), disputed, frames);
        }
        AtomicFile.write(
                out.resolve("report.html"),
                HtmlReport.render(
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
                                "disputed",
                                disputed.size(),
                                "command",
                                command)));
    }

    private void writeFrames(Path out, List<String> disputed, FrameSource frames) throws IOException {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < frames.size(); i++) {
            places.put(frames.record(i).id(), i);
        }
        List<String> captions = new ArrayList<>(List.of(FrameView.PICTURE, TRUTH));
        List<String> shown = policies.keySet().stream().limit(MOST_POLICIES).toList();
        captions.addAll(shown);
        FramePages pages = new FramePages(
                out,
                new FramePages.Head(
                        "Where the policies differ most",
                        "What each policy keeps of the expert's labels; the frames on which they differ most are first.",
                        null,
                        captions,
                        PER_PAGE),
                classes);
        for (int number = 0; number < disputed.size(); number++) {
            Integer place = places.get(disputed.get(number));
            if (place != null) {
                pages.add(number, view(frames.read(place), shown));
            }
        }
        pages.write();
    }

    private FrameView view(Frame frame, List<String> shown) {
        FrameView view = new FrameView(frame, WIDTH);
        LabelMap truth = frame.segmentation();
        if (truth != null) {
            view.others(TRUTH, truth, classes);
        }
        for (String name : shown) {
            PseudoLabel label = policies.get(name).get(frame);
            view.labels(name, label.labels(), classes).fact(kept(name, label.labels(), truth));
        }
        return view;
    }

    private static String kept(String name, LabelMap labels, @Nullable LabelMap truth) {
        long kept = 0;
        long known = 0;
        long right = 0;
        for (int i = 0; i < labels.classes().length; i++) {
            boolean labelled = labels.classAt(i) != LabelMap.IGNORE;
            kept += labelled ? 1 : 0;
            if (labelled && truth != null && truth.classAt(i) != LabelMap.IGNORE) {
                known++;
                right += labels.classAt(i) == truth.classAt(i) ? 1 : 0;
            }
        }
        String text = String.format(Locale.ROOT, "%s: %.0f %% kept", name, 100.0 * kept / labels.classes().length);
        return known == 0 ? text : text + String.format(Locale.ROOT, ", %.0f %% right", 100.0 * right / known);
    }
}
