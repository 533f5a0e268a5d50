package dev.understudy.cli.bench;

import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.PictureSize;
import dev.understudy.conf.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code understudy bench expert}. */
@CommandLine.Command(
        name = "expert",
        description =
                "Measure an expert network stage by stage, beside its plain form and the machine's matrix product.",
        footer = {
            "",
            "Examples:",
            "  understudy bench expert --arch wide-resnet38 --size 1242x375",
            "  understudy bench expert --card my-expert.yaml"
        })
public final class BenchExpertCommand extends BenchNetworkCommand {
    @Option(
            names = "--arch",
            defaultValue = "lw-refinenet152",
            description = "Which network; ${DEFAULT-VALUE} if not given.")
    private String architecture;

    @Option(
            names = "--card",
            paramLabel = "FILE",
            description =
                    "Instead, the expert of a card, on the whole way of a frame: decode, network, reduce, encode, write.")
    private @Nullable Path card;

    @Override
    String architecture() {
        return architecture;
    }

    @Override
    protected int run(Console console) throws IOException {
        if (card == null) {
            return super.run(console);
        }
        if (isSoak()) {
            throw new ConfigurationException("--soak: goes with --arch only");
        }
        LabelStages stages =
                LabelStages.ofMadePicture(card, precision(), PictureSize.parse(size()), threads(), rounds());
        print(console, stages, stages.lines());
        return ExitCode.DONE;
    }
}
