package dev.understudy.cli.evaluate;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.evaluation.AbsentClasses;
import dev.understudy.evaluation.EvaluationReport;
import dev.understudy.evaluation.JsonReport;
import dev.understudy.evaluation.TextReport;
import dev.understudy.files.AtomicFile;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.model.engine.Precision;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** {@code understudy evaluate}. */
@CommandLine.Command(
        name = "evaluate",
        description =
                "Score a network, or the labels in a store, against annotated frames: mIoU, pixel accuracy and IoU by"
                        + " class; RMSE linear and log, abs rel and δ thresholds; angles of normals.",
        footer = {
            "",
            "Examples:",
            "  understudy evaluate --checkpoint runs/nyud/best.pth --manifest data/nyud --split test --report scores/",
            "  understudy evaluate --checkpoint rn38-a1.params --arch wide-resnet38 --map-to kitti6 --manifest data/kitti",
            "  understudy evaluate --expert my-expert.yaml --manifest data/nyud --split test",
            "  understudy evaluate --store fused/ --manifest data/redkitchen --sequences",
            "  understudy evaluate --store store/ --policy policy.yaml --manifest data/rooms/truth.jsonl"
        })
public final class EvaluateCommand extends Command {
    @ArgGroup(multiplicity = "1")
    private Subject subject;

    static final class Subject {
        @Option(names = "--checkpoint", required = true, paramLabel = "FILE", description = "A network's weights.")
        private @Nullable Path checkpoint;

        @Option(
                names = "--expert",
                required = true,
                paramLabel = "CARD",
                description = "An expert by its card, as it would label.")
        private @Nullable Path expert;

        @Option(names = "--store", required = true, paramLabel = "DIR", description = "A complete label store.")
        private @Nullable Path store;
    }

    @Option(names = "--arch", paramLabel = "ARCH", description = "The network, if the checkpoint does not tell.")
    private @Nullable String architecture;

    @Option(
            names = "--classes",
            paramLabel = "SPACE",
            description = "Class space of the network's outputs; that of the frames if not given. Of a joint space the"
                    + " frames' part is scored.")
    private @Nullable String classes;

    @Option(
            names = "--map-to",
            paramLabel = "SPACE",
            description = "Class space to which the network's classes are mapped before they are scored.")
    private @Nullable String mapTo;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Score only what this policy keeps of a store's labels; everything if not given.")
    private @Nullable String policy;

    @Option(
            names = "--manifest",
            required = true,
            paramLabel = "FILE",
            description = "Annotated frames: manifest.jsonl or its folder.")
    private Path manifest;

    @Option(names = "--split", paramLabel = "NAME", description = "Only frames of this split.")
    private @Nullable String split;

    @Option(
            names = "--max-depth",
            defaultValue = "10",
            paramLabel = "METRES",
            description = "Depth beyond it is not scored: 10 for NYUDv2, 80 for KITTI; ${DEFAULT-VALUE} if not given.")
    private double maxDepth;

    @Option(
            names = "--absent-count-as-one",
            description =
                    "Classes that neither truth nor prediction has count as 1 in the mean, as in some authors' code;"
                            + " left out of it if not given.")
    private boolean absentCountAsOne;

    @Option(
            names = "--sequences",
            description =
                    "Also score, by scene, how steady predictions stay: label flicker, VC8 and VC16, and TAE of depth."
                            + " Frames are compared by their measured depth and pose, without truth too; VC needs it.")
    private boolean sequences;

    @Option(names = "--device", defaultValue = "cpu", description = "cpu, gpu or gpu:N; ${DEFAULT-VALUE} if not given.")
    private String device;

    @Option(
            names = "--precision",
            defaultValue = "auto",
            paramLabel = "TYPE",
            description =
                    "What the network calculates in: auto, float32, or bfloat16 where the processor has it; float16 on GPUs;"
                            + " ${DEFAULT-VALUE} if not given.")
    private String precision;

    @Option(names = "--report", paramLabel = "DIR", description = "Also write report.json and report.txt there.")
    private @Nullable Path report;

    @Option(
            names = "--pages",
            paramLabel = "DIR",
            description = "Also make pages of the frames there, what is predicted beside the truth, the worst first.")
    private @Nullable Path pages;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    protected int run(Console console) throws IOException {
        Manifest frames = Manifest.read(manifest, split);
        AbsentClasses absent = absentCountAsOne ? AbsentClasses.COUNT_AS_ONE : AbsentClasses.LEFT_OUT;
        Precision number = Precision.parse(precision);
        Scoring scoring = new Scoring(frames, maxDepth, absent, sequences, pages);
        EvaluationReport scores = subject.store != null
                ? scoring.store(subject.store, policy, console)
                : subject.expert != null
                        ? scoring.expert(subject.expert, mapTo, number, device, console)
                        : scoring.network(
                                new NetworkChoice(subject.checkpoint, architecture, classes, mapTo, number, device),
                                console);
        KnownClasses known = KnownClasses.of(scores, sayable());
        String machines = known == null ? JsonReport.of(scores) : known.addTo(JsonReport.of(scores));
        String people = TextReport.of(scores) + (known == null ? "" : known.text());
        if (report != null) {
            AtomicFile.write(report.resolve("report.json"), machines);
            AtomicFile.write(report.resolve("report.txt"), people);
        }
        List.of((json ? machines : people).split("\n")).forEach(console::print);
        return ExitCode.DONE;
    }

    /** Indices of the classes that the subject can say; null = all, or it does not tell. */
    private @Nullable List<Integer> sayable() {
        if (subject.store != null) {
            try (LabelStore store = LabelStore.open(subject.store)) {
                return store.description().knownClasses();
            }
        }
        return subject.expert == null
                ? null
                : ExpertPlan.of(ExpertConfiguration.ofCard(subject.expert)
                                .mapTo(mapTo)
                                .build())
                        .knownClasses();
    }
}
