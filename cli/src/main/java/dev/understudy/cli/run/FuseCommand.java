package dev.understudy.cli.run;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.pipeline.fuse.FuseConfiguration;
import dev.understudy.pipeline.fuse.FuseResult;
import dev.understudy.pipeline.fuse.FuseRun;
import dev.understudy.store.ResumeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code understudy fuse}. */
@CommandLine.Command(
        name = "fuse",
        description = {
            "Put together what all views of a place say, as a Spark job, one task a scene; writes a store that policies,"
                    + " calibration, ablations and training read like any other.",
            "Frames are placed by depth, pose and intrinsics, which the manifest must tell, as it must their scene. Running"
                    + " the same command again fuses only what is missing.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  understudy fuse --store store/ --manifest data/rooms --out fused/",
            "  understudy fuse --store mosaic/ --store deeplab/ --manifest data/redkitchen --voxel 0.03 --out fused/",
            "  understudy fuse --store store/ --manifest data/rooms --out fused/ --map maps/ --set fusion.memory=2048"
        })
public final class FuseCommand extends Command {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML with any of the settings; options on the command line win.")
    private @Nullable Path config;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "A label store; give the option once for each expert's.")
    private List<Path> stores = List.of();

    @Option(names = "--manifest", paramLabel = "FILE", description = "The frames: manifest.jsonl or its folder.")
    private @Nullable Path manifest;

    @Option(names = "--split", paramLabel = "NAME", description = "Only frames of this split.")
    private @Nullable String split;

    @Option(names = "--out", paramLabel = "DIR", description = "The store that is made.")
    private @Nullable Path out;

    @Option(names = "--voxel", paramLabel = "METRES", description = "Side of a voxel; 0.05 if not given.")
    private @Nullable Double voxel;

    @Option(
            names = "--choose",
            description = "Choose voxel size and pooling by the annotated frames of at least three scenes.")
    private boolean choose;

    @Option(
            names = "--map",
            paramLabel = "DIR",
            description = "Also write each scene's map there, as a point cloud (PLY), with a list of the classes.")
    private @Nullable Path map;

    @Option(names = "--master", paramLabel = "URL", description = "Where Spark runs; local[*] if not given.")
    private @Nullable String master;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets any value of the configuration.")
    private List<String> overrides = List.of();

    @Option(names = "--extend", description = "Go on with a store when frames were added or poses have changed.")
    private boolean extend;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    protected int run(Console console) throws IOException, InterruptedException {
        FuseResult result = FuseRun.run(configuration(), new ResumeOptions(extend, false, false), console);
        if (json) {
            console.printJson(result);
        } else {
            result.lines().forEach(console::print);
        }
        return ExitCode.DONE;
    }

    private FuseConfiguration configuration() {
        FlagSettings settings = new FlagSettings();
        settings.setAll("stores", stores);
        settings.set("manifest", manifest);
        settings.set("split", split);
        settings.set("out", out);
        settings.set("map", map);
        settings.set("spark.master", master);
        settings.set("choose", choose ? true : null);
        settings.set("fusion.voxel", voxel);
        settings.require("--store", !stores.isEmpty());
        settings.require("--manifest", manifest != null);
        settings.require("--out", out != null);
        return settings.load(config, FuseConfiguration.class, overrides);
    }
}
