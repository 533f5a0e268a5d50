package dev.understudy.cli.store;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.dataset.ContactSheet;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import dev.understudy.pipeline.label.LabelRecord;
import dev.understudy.pipeline.progress.Progress;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code understudy store show}. */
@CommandLine.Command(
        name = "show",
        description =
                "Make a contact sheet of a store: pictures, the expert's labels, how sure it was, and its depth, as"
                        + " sheet.png and as sheet.html, which carries its pictures inside.",
        footer = {"", "Example:", "  understudy store show store/ --frames 20 --out sheet"})
public final class ShowCommand extends Command {
    private static final int MOST_FRAMES = 500;
    private static final EvidencePlanes PLANES = new EvidencePlanes(1, false, false, true);

    @Parameters(paramLabel = "DIR", description = "The store.")
    private Path store;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the sheet goes.")
    private Path out;

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "Where the pictures are; the manifest that the store was labelled from if not given.")
    private @Nullable Path manifest;

    @Option(
            names = "--frames",
            defaultValue = "12",
            paramLabel = "N",
            description = "How many, spread evenly over the store. Default: ${DEFAULT-VALUE}")
    private int frames;

    @Option(names = "--ids", split = ",", paramLabel = "ID", description = "Show these frames instead.")
    private Set<String> ids = Set.of();

    @Option(
            names = "--width",
            defaultValue = "320",
            paramLabel = "PIXELS",
            description = "Of each picture on the sheet. Default: ${DEFAULT-VALUE}")
    private int width;

    @Override
    protected int run(Console console) throws IOException {
        if (frames < 1 || frames > MOST_FRAMES || width < 16 || width > 2048) {
            throw new ParameterException(
                    spec.commandLine(), "--frames must be 1–" + MOST_FRAMES + " and --width 16–2048");
        }
        ContactSheet sheet = new ContactSheet(width);
        try (LabelStore labels = LabelStore.open(store)) {
            Set<String> chosen = ids.isEmpty() ? spread(labels.ids()) : ids;
            Manifest pictures = Manifest.read(manifest == null ? LabelRecord.manifestOf(store) : manifest)
                    .filter(frame -> chosen.contains(frame.id()) && labels.contains(frame.id()));
            if (pictures.size() < chosen.size()) {
                throw new DataException(store + ": found " + pictures.size() + " of the " + chosen.size()
                        + " frames to show in both store and manifest; check --ids and --manifest");
            }
            add(pictures, labels, sheet, console);
            console.print(sheet.writePng(out.resolve("sheet.png")).toString());
            console.print(sheet.writeHtml(
                            out.resolve("sheet.html"),
                            store.toString(),
                            labels.ids().size())
                    .toString());
        }
        return ExitCode.DONE;
    }

    private static void add(Manifest pictures, LabelStore labels, ContactSheet sheet, Console console) {
        ClassSpace classes = labels.classSpace();
        DiskFrameSource source = new DiskFrameSource(pictures);
        try (Progress progress = console.progress("show", source.size())) {
            for (int i = 0; i < source.size(); i++) {
                Frame frame = source.read(i);
                Evidence evidence = labels.get(frame.id(), PLANES);
                if (evidence.width() != frame.width() || evidence.height() != frame.height()) {
                    throw new DataException("frame " + frame.id() + " is " + frame.width() + "×" + frame.height()
                            + ", but " + evidence.width() + "×" + evidence.height()
                            + " in the store; its picture has changed since it was labelled");
                }
                SegmentationEvidence segmentation = evidence.segmentation();
                sheet.add(
                        labelled(frame, evidence),
                        classes,
                        segmentation == null ? null : Arrays.copyOf(segmentation.probability(), segmentation.pixels()));
                progress.step(1);
            }
        }
    }

    /** The frame with the expert's maps in place of its own. */
    private static Frame labelled(Frame frame, Evidence evidence) {
        SegmentationEvidence segmentation = evidence.segmentation();
        DepthEvidence depth = evidence.depth();
        return new Frame(
                frame.record(),
                frame.rgb(),
                depth == null ? null : new DepthMap(evidence.width(), evidence.height(), depth.metres()),
                segmentation == null
                        ? null
                        : new LabelMap(
                                evidence.width(),
                                evidence.height(),
                                Arrays.copyOf(segmentation.classes(), segmentation.pixels())),
                null);
    }

    private Set<String> spread(List<String> all) {
        int count = Math.min(frames, all.size());
        Set<String> chosen = new LinkedHashSet<>();
        for (int i = 0; i < count; i++) {
            chosen.add(all.get((int) ((long) i * all.size() / count)));
        }
        return chosen;
    }
}
