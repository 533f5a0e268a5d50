package dev.understudy.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.files.AtomicFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code understudy demo}. */
@CommandLine.Command(
        name = "demo",
        description = {
            "The whole story on rendered rooms: a few annotated frames, many with depth only, an expert that labels them,"
                    + " a filter, and three students that differ only in the labels they learn from.",
            "Prints one table; leaves results.json, report.html and every intermediate result in the folder.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  understudy demo --out demo/",
            "  understudy demo --out demo-7/ --seed 7",
            "  understudy demo --out demo/ --set student.stages.0.steps=200",
            "  understudy demo --out demo/ --train-expert"
        })
public final class DemoCommand extends Command {
    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "understudy-demo",
            description = "An empty or new folder; ${DEFAULT-VALUE} if not given.")
    private Path out;

    @Option(names = "--seed", paramLabel = "N", description = "Of the rooms and of the students' training.")
    private @Nullable Long seed;

    @Option(
            names = "--train-expert",
            description = "Remake the students' initial weights and the expert from their recipes,"
                    + " conf/rooms-geometry.yaml and conf/rooms-expert.yaml, instead of using those that ship."
                    + " Takes much longer than everything else.")
    private boolean trainExpert;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Another recipe than the built-in one, which is conf/demo.yaml.")
    private @Nullable Path config;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides a value of the recipe.")
    private List<String> overrides = List.of();

    @Option(names = "--json", description = "Print the results as one JSON document instead of the table.")
    private boolean json;

    @Override
    protected int run(Console console) throws IOException, InterruptedException {
        DemoConfiguration recipe = config == null
                ? BuiltInRecipe.load("demo.yaml", DemoConfiguration.class, overrides)
                : ConfigurationLoader.load(config, DemoConfiguration.class, overrides);
        DemoConfiguration demo = seed == null ? recipe : recipe.withSeed(seed);
        DemoFolder folder = new DemoFolder(emptyFolder(out));
        AtomicFile.write(folder.path().resolve("demo.yaml"), ConfigurationWriter.toYaml(demo));
        DemoWeights weights = new DemoWeights(folder, console);
        if (trainExpert) {
            weights.train();
        } else {
            weights.unpack();
        }
        DemoConfiguration told = demo.withExamplesFrom(folder.manifest());
        DemoResults results = new DemoRun(told, folder, console).run();
        AtomicFile.write(
                folder.results(),
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(results));
        AtomicFile.write(folder.report(), new DemoReport(told, folder).page(results, command()));
        show(console, folder, results);
        return ExitCode.DONE;
    }

    private void show(Console console, DemoFolder folder, DemoResults results) {
        if (json) {
            console.printJson(results);
            return;
        }
        DemoTable.lines(results).forEach(console::print);
        console.print("");
        console.print(folder.report() + "  " + folder.results());
    }

    private String command() {
        return "understudy "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }

    private static Path emptyFolder(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            if (entries.iterator().hasNext()) {
                throw new ConfigurationException("--out " + folder
                        + ": the folder is not empty; name another, or empty it, so that nothing of yours is replaced");
            }
        }
        return folder.toAbsolutePath().normalize();
    }
}
