package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.FrameOptions.SplitOption;
import dev.understudy.cli.report.FrameView;
import dev.understudy.cli.report.PageOptions;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy dataset show}. */
@CommandLine.Command(
        name = "show",
        description =
                "Make pages to leaf through: pictures, labels, depth and normals of frames, with a filter by class, as"
                        + " index.html with its pictures beside it.",
        footer = {"", "Example:", "  understudy dataset show data/nyud --split train --frames 200 --out pages"})
public final class ShowDatasetCommand extends Command {
    private static final List<String> CAPTIONS = List.of(FrameView.PICTURE, "labels", "depth", "normals");

    @Parameters(paramLabel = "MANIFEST", description = "manifest.jsonl, or the folder that holds it.")
    private Path manifest;

    @Mixin
    private PageOptions pages;

    @Mixin
    private SplitOption split;

    @Option(
            names = "--frames",
            paramLabel = "N",
            description = "How many, spread evenly over the manifest; all if not given.")
    private @Nullable Integer frames;

    @Override
    protected int run(Console console) throws IOException {
        if (frames != null && frames < 1) {
            throw new ConfigurationException("--frames " + frames + ": expected at least 1");
        }
        int width = pages.width();
        Manifest all = Manifest.read(manifest, split.name());
        Manifest chosen = all.filter(frame -> pages.asksFor(frame.id()));
        pages.requireAll(chosen.frames().stream().map(frame -> frame.id()).toList(), manifest.toString());
        DiskFrameSource source = new DiskFrameSource(chosen);
        int count = frames == null ? source.size() : Math.min(frames, source.size());
        List<Integer> numbers = IntStream.range(0, count)
                .mapToObj(i -> (int) ((long) i * source.size() / count))
                .toList();
        boolean whole = pages.write(
                pages.head(
                        manifest.toString(),
                        count + " of " + all.size()
                                + " frames, in the order of the manifest. Depth: near is dark, far is"
                                + " bright, light grey is where nothing was measured. Normals: right is red, forward is green,"
                                + " up is blue.",
                        null,
                        CAPTIONS),
                onlySpace(source),
                numbers,
                number -> view(source.read(number), source.classSpace(number), width),
                console);
        return whole ? ExitCode.DONE : ExitCode.BAD_DATA;
    }

    /** Frames of several spaces are not filtered by class: an index means another class in each. */
    private static @Nullable ClassSpace onlySpace(DiskFrameSource source) {
        ClassSpace only = null;
        for (int i = 0; i < source.size(); i++) {
            ClassSpace space = source.classSpace(i);
            if (space != null && only != null && !space.names().equals(only.names())) {
                return null;
            }
            only = space == null ? only : space;
        }
        return only;
    }

    private static FrameView view(Frame frame, @Nullable ClassSpace space, int width) {
        FrameView view = new FrameView(frame, width);
        if (frame.segmentation() != null && space != null) {
            view.fact(space.name()).labels("labels", frame.segmentation(), space);
        }
        if (frame.depth() != null) {
            view.depth("depth", frame.depth());
        }
        if (frame.normals() != null) {
            view.normals("normals", frame.normals());
        }
        return view;
    }
}
