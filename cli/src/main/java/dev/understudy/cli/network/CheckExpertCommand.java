package dev.understudy.cli.network;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.ExpertOptions;
import dev.understudy.cli.console.NetworkOptions;
import dev.understudy.cli.report.MapPictures;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.labeler.Expert;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.labeler.NetworkExpert;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy expert check}. */
@CommandLine.Command(
        name = "check",
        description = "Run a card's expert on one picture, say what it sees, and write pictures of it.",
        footer = {
            "",
            "Written are NAME.overlay.png and NAME.confidence.png (bright is sure) for segmentation, NAME.depth-picture.png"
                    + " for depth. Look at them: a wrong scale or order of channels is seen at once.",
            "",
            "Example:",
            "  understudy expert check my-expert.yaml --image kitchen.png --out seen/"
        })
public final class CheckExpertCommand extends Command {
    private static final double OPACITY = 0.6;

    /** Classes that are named. */
    private static final int SHOWN = 8;

    @Parameters(paramLabel = "CARD", description = "The card.")
    private Path card;

    @Option(names = "--image", required = true, paramLabel = "FILE", description = "8-bit PNG or JPEG.")
    private Path image;

    @Option(
            names = "--out",
            defaultValue = ".",
            paramLabel = "DIR",
            description = "Folder for the pictures; the working directory if not given.")
    private Path out;

    @Mixin
    private ExpertOptions.MapOption map;

    @Mixin
    private NetworkOptions.DeviceOption device;

    @Override
    protected int run(Console console) throws IOException {
        ExpertConfiguration configuration = ExpertConfiguration.ofCard(card)
                .mapTo(map.space())
                .device(device.name())
                .build();
        ExpertPlan plan = ExpertPlan.of(configuration);
        RgbImage rgb = RgbFiles.read(image);
        String name = String.valueOf(image.getFileName()).replaceFirst("\\.[A-Za-z]+$", "");
        FrameRecord record =
                FrameRecord.of("picture", image.getFileName().toString()).build();
        int threads = Runtime.getRuntime().availableProcessors();
        Evidence evidence;
        try (Expert expert = new NetworkExpert(plan.build(threads), plan, threads)) {
            evidence = expert.predict(new Frame(record, rgb, null, null, null));
        }
        ClassSpace labels = plan.labels();
        if (labels != null) {
            missing(plan, labels, console);
        }
        if (evidence.segmentation() != null && labels != null) {
            show(evidence.segmentation(), labels, rgb, name, console);
        }
        if (evidence.depth() != null) {
            show(new DepthMap(rgb.width(), rgb.height(), evidence.depth().metres()), name, console);
        }
        return ExitCode.DONE;
    }

    private static void missing(ExpertPlan plan, ClassSpace labels, Console console) {
        List<Integer> known = plan.knownClasses();
        if (known != null) {
            console.print(known.size() + " of " + labels.size() + " classes of " + labels.name()
                    + " are known to it; never said are "
                    + IntStream.range(0, labels.size())
                            .filter(index -> !known.contains(index))
                            .mapToObj(labels::className)
                            .collect(Collectors.joining(", ")));
        }
    }

    private void show(SegmentationEvidence evidence, ClassSpace labels, RgbImage rgb, String name, Console console)
            throws IOException {
        byte[] winners = Arrays.copyOf(evidence.classes(), evidence.pixels());
        Map<Integer, Integer> pixels = new TreeMap<>();
        long confidence = 0;
        for (int i = 0; i < winners.length; i++) {
            pixels.merge(winners[i] & 0xFF, 1, Integer::sum);
            confidence += evidence.probability()[i] & 0xFF;
        }
        console.print(String.format(Locale.ROOT, "mean confidence %.3f", (double) confidence / winners.length / 255));
        pixels.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                .limit(SHOWN)
                .forEach(entry -> console.print(String.format(
                        Locale.ROOT,
                        "  %5.1f %%  %s",
                        100.0 * entry.getValue() / winners.length,
                        entry.getKey() == LabelMap.IGNORE ? "none of them" : labels.className(entry.getKey()))));
        write(
                name + ".overlay.png",
                MapPictures.overlay(rgb, new LabelMap(rgb.width(), rgb.height(), winners), labels, OPACITY),
                console);
        write(
                name + ".confidence.png",
                MapPictures.share(rgb.width(), rgb.height(), Arrays.copyOf(evidence.probability(), winners.length)),
                console);
    }

    private void show(DepthMap depth, String name, Console console) throws IOException {
        double[] metres = IntStream.range(0, depth.metres().length)
                .mapToDouble(i -> depth.metres()[i])
                .filter(value -> value > 0)
                .sorted()
                .toArray();
        if (metres.length > 0) {
            console.print(String.format(
                    Locale.ROOT,
                    "depth from %.2f to %.2f m, median %.2f m; none for %d pixels",
                    metres[0],
                    metres[metres.length - 1],
                    metres[metres.length / 2],
                    depth.metres().length - metres.length));
        }
        double farthest = metres.length == 0 ? 1 : metres[metres.length - 1];
        write(name + ".depth-picture.png", MapPictures.depth(depth, farthest), console);
    }

    private void write(String file, RgbImage picture, Console console) throws IOException {
        RgbFiles.writePng(out.resolve(file), picture);
        console.print(out.resolve(file).toString());
    }
}
