package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code understudy dataset show}. */
@CommandLine.Command(
        name = "show",
        description = "Make a contact sheet: pictures, labels, depth and normals of some frames, as sheet.png and as"
                + " sheet.html, which carries its pictures inside.",
        footer = {"", "Example:", "  understudy dataset show data/nyud --split train --frames 20 --out sheet"})
public final class ShowCommand extends Command {
    private static final int MOST_FRAMES = 500;

    @Parameters(paramLabel = "MANIFEST", description = "manifest.jsonl, or the folder that holds it.")
    private Path manifest;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the sheet goes.")
    private Path out;

    @Option(names = "--split", paramLabel = "NAME", description = "Only frames of this split.")
    private @Nullable String split;

    @Option(
            names = "--frames",
            defaultValue = "12",
            paramLabel = "N",
            description = "How many, spread evenly over the manifest. Default: ${DEFAULT-VALUE}")
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
        Manifest all = Manifest.read(manifest, split);
        Manifest chosen = ids.isEmpty() ? spread(all) : all.filter(frame -> ids.contains(frame.id()));
        if (!ids.isEmpty() && chosen.size() < ids.size()) {
            Set<String> found =
                    chosen.frames().stream().map(frame -> frame.id()).collect(Collectors.toSet());
            List<String> missing =
                    ids.stream().filter(id -> !found.contains(id)).sorted().toList();
            throw new DataException(manifest + ": found no frames " + missing + ", expected those of --ids");
        }
        ContactSheet sheet = new ContactSheet(width);
        try (CountedProgress progress = new CountedProgress(console, "show")) {
            sheet.add(chosen, progress);
        }
        sheet.problems().forEach(console::tell);
        console.print(sheet.writePng(out.resolve("sheet.png")).toString());
        console.print(sheet.writeHtml(out.resolve("sheet.html"), manifest.toString(), all.size())
                .toString());
        return sheet.problems().isEmpty() ? ExitCode.DONE : ExitCode.BAD_DATA;
    }

    private Manifest spread(Manifest all) {
        int count = Math.min(frames, all.size());
        Set<String> chosen = new java.util.HashSet<>();
        for (int i = 0; i < count; i++) {
            chosen.add(all.frames().get((int) ((long) i * all.size() / count)).id());
        }
        return all.filter(frame -> chosen.contains(frame.id()));
    }
}
