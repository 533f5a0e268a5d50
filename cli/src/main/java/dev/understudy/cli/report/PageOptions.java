package dev.understudy.cli.report;

import dev.understudy.cli.console.Console;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.DataException;
import dev.understudy.pipeline.RunObserver.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that show frames as {@link FramePages}. */
public final class PageOptions {
    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder for index.html and what it shows.")
    private Path out;

    @Option(names = "--ids", split = ",", paramLabel = "ID", description = "Show these frames alone.")
    private Set<String> ids = Set.of();

    @Option(
            names = "--width",
            defaultValue = "320",
            paramLabel = "PIXELS",
            description = "Of each picture, at most. Default: ${DEFAULT-VALUE}")
    private int width;

    @Option(
            names = "--per-page",
            defaultValue = "24",
            paramLabel = "N",
            description = "Frames on a page. Default: ${DEFAULT-VALUE}")
    private int perPage;

    /** That pictures may be wide. */
    public int width() {
        if (width < 16 || width > 2048) {
            throw new ConfigurationException("--width " + width + ": expected 16–2048");
        }
        return width;
    }

    /** Whether a frame is asked for by its id, or none is. */
    public boolean asksFor(String id) {
        return ids.isEmpty() || ids.contains(id);
    }

    /** @throws DataException if a frame that is asked for is not among {@code found}, those of {@code source} */
    public void requireAll(List<String> found, String source) {
        Set<String> missing = new HashSet<>(ids);
        missing.removeAll(found);
        if (!missing.isEmpty()) {
            throw new DataException(
                    source + ": found no frames " + missing.stream().sorted().toList() + ", expected those of --ids");
        }
    }

    /**
     * Writes the pages and tells where they are. Frames that cannot be read are told of and left out.
     *
     * @param measure what frames are ordered by, the least first; null = as they come
     * @param captions of pictures, in their order
     * @param numbers of the frames to show
     * @param view of a frame by its number; called by several threads
     * @return whether all could be read
     */
    public boolean write(
            FramePages.Head head,
            @Nullable ClassSpace classes,
            List<Integer> numbers,
            IntFunction<FrameView> view,
            Console console)
            throws IOException {
        FramePages pages = new FramePages(out, head, classes);
        List<String> problems = Collections.synchronizedList(new ArrayList<>());
        try (Progress progress = console.progress("show", numbers.size())) {
            IntStream.range(0, numbers.size()).parallel().forEach(i -> {
                try {
                    pages.add(numbers.get(i), view.apply(numbers.get(i)));
                } catch (DataException e) {
                    problems.add(e.getMessage());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                progress.step(1);
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        problems.stream().sorted().forEach(console::tell);
        console.print(pages.write().toString());
        return problems.isEmpty();
    }

    public FramePages.Head head(String title, String lead, @Nullable String measure, List<String> captions) {
        return new FramePages.Head(title, lead, measure, captions, perPage);
    }
}
