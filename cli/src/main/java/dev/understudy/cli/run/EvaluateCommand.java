package dev.understudy.cli.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.FrameOptions;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.console.NetworkOptions;
import dev.understudy.evaluation.EvaluationOptions.AbsentClasses;
import dev.understudy.evaluation.EvaluationReport;
import dev.understudy.evaluation.EvaluationReport.JsonReport;
import dev.understudy.evaluation.EvaluationReport.TextReport;
import dev.understudy.files.AtomicFile;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
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

    static final class Subject extends NetworkOptions.Choice {
        @Option(names = "--store", required = true, paramLabel = "DIR", description = "A complete label store.")
        private @Nullable Path store;
    }

    @Mixin
    private NetworkOptions options;

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

    @Mixin
    private FrameOptions.Required frames;

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

    @Option(names = "--report", paramLabel = "DIR", description = "Also write report.json and report.txt there.")
    private @Nullable Path report;

    @Option(
            names = "--pages",
            paramLabel = "DIR",
            description = "Also make pages of the frames there, what is predicted beside the truth, the worst first.")
    private @Nullable Path pages;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws IOException {
        AbsentClasses absent = absentCountAsOne ? AbsentClasses.COUNT_AS_ONE : AbsentClasses.LEFT_OUT;
        // Refused where a store is scored, too.
        options.precision();
        Scoring scoring = new Scoring(frames.read(), maxDepth, absent, sequences, pages);
        EvaluationReport scores = subject.store != null
                ? scoring.store(subject.store, policy, console)
                : subject.expert() != null
                        ? scoring.expert(options, subject.expert(), mapTo, console)
                        : scoring.network(options, subject.checkpoint(), classes, mapTo, console);
        KnownClasses known = KnownClasses.of(scores, knownIndices());
        String machines = known == null ? JsonReport.of(scores) : known.addTo(JsonReport.of(scores));
        String people = TextReport.of(scores) + (known == null ? "" : known.text());
        if (report != null) {
            AtomicFile.write(report.resolve("report.json"), machines);
            AtomicFile.write(report.resolve("report.txt"), people);
        }
        List.of((json.isGiven() ? machines : people).split("\n")).forEach(console::print);
        return ExitCode.DONE;
    }

    /** Indices of the classes that the subject can say; null = all, or it does not tell. */
    private @Nullable List<Integer> knownIndices() {
        if (subject.store != null) {
            try (LabelStore store = LabelStore.open(subject.store)) {
                return store.description().knownClasses();
            }
        }
        return subject.expert() == null
                ? null
                : ExpertPlan.of(ExpertConfiguration.ofCard(subject.expert())
                                .mapTo(mapTo)
                                .build())
                        .knownClasses();
    }

    /**
     * Scores over the classes that an expert can say at all, beside those over all classes: what the class space has
     * and the expert lacks is not its mistake, but missing. Of answered pixels, as all scores.
     *
     * @param known their names
     * @param missing names of the others
     * @param pixelAccuracy share of the pixels of known classes that are right; NaN without any
     * @param meanIou over the known classes that the truth has; NaN without any
     */
    private record KnownClasses(List<String> known, List<String> missing, double pixelAccuracy, double meanIou) {
        private static final ObjectMapper MAPPER = new ObjectMapper();

        /**
         * @param indices of the classes that the expert can say; null = all of them
         * @return null if nothing is missing, or no segmentation was scored
         */
        static @Nullable KnownClasses of(EvaluationReport report, @Nullable List<Integer> indices) {
            List<EvaluationReport.ClassScore> classes = report.classes();
            return indices == null || classes.isEmpty() ? null : of(classes, indices);
        }

        private static KnownClasses of(List<EvaluationReport.ClassScore> classes, List<Integer> indices) {
            List<String> known = new ArrayList<>();
            List<String> missing = new ArrayList<>();
            double right = 0;
            long pixels = 0;
            double ious = 0;
            int counted = 0;
            for (int index = 0; index < classes.size(); index++) {
                EvaluationReport.ClassScore score = classes.get(index);
                if (!indices.contains(index)) {
                    missing.add(score.name());
                    continue;
                }
                known.add(score.name());
                if (score.pixels() > 0) {
                    right += score.accuracy() * score.pixels();
                    pixels += score.pixels();
                    ious += score.iou();
                    counted++;
                }
            }
            return new KnownClasses(
                    known,
                    missing,
                    pixels == 0 ? Double.NaN : right / pixels,
                    counted == 0 ? Double.NaN : ious / counted);
        }

        /** As people read it, behind the other scores. */
        String text() {
            return String.format(
                    Locale.ROOT,
                    "the %d of %d classes that the expert knows\n  %-20s %10s\n  %-20s %10s\n  never said: %s\n",
                    known.size(),
                    known.size() + missing.size(),
                    "mIoU",
                    percent(meanIou),
                    "pixel accuracy",
                    percent(pixelAccuracy),
                    String.join(", ", missing));
        }

        private static String percent(double share) {
            return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
        }

        /** The same report with one more part, {@code knownClasses}. */
        String addTo(String json) {
            try {
                ObjectNode report = (ObjectNode) MAPPER.readTree(json);
                ObjectNode part = report.putObject("knownClasses");
                known.forEach(part.putArray("known")::add);
                missing.forEach(part.putArray("missing")::add);
                part.put("pixelAccuracy", Double.isNaN(pixelAccuracy) ? null : (Double) pixelAccuracy);
                part.put("meanIou", Double.isNaN(meanIou) ? null : (Double) meanIou);
                return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("our own report is JSON", e);
            }
        }
    }
}
