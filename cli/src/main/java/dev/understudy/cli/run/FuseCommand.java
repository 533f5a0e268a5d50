package dev.understudy.cli.run;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.FlagSettings;
import dev.understudy.pipeline.fuse.FuseResult;
import dev.understudy.pipeline.fuse.FuseRun;
import dev.understudy.pipeline.fuse.FuseRun.FuseConfiguration;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
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
    @Mixin
    private JobOptions job = new JobOptions();

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "A label store; give the option once for each expert's.")
    private List<Path> stores = List.of();

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

    @Option(names = "--extend", description = "Go on with a store when frames were added or poses have changed.")
    private boolean extend;

    @Override
    protected int run(Console console) throws IOException, InterruptedException {
        FuseResult result = FuseRun.run(configuration(), new ResumeOptions(extend, false, false), console);
        job.print(console, result, result.lines());
        return ExitCode.DONE;
    }

    private FuseConfiguration configuration() {
        FlagSettings settings = job.settings();
        settings.setAll("stores", stores);
        settings.set("out", out);
        settings.set("map", map);
        settings.set("choose", choose ? true : null);
        settings.set("fusion.voxel", voxel);
        settings.require("--store", !stores.isEmpty());
        settings.require("--manifest", job.hasManifest());
        settings.require("--out", out != null);
        return job.load(settings, FuseConfiguration.class);
    }
}
