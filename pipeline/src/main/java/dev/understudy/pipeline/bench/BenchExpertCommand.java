package dev.understudy.pipeline.bench;

import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code understudy bench expert}. */
@CommandLine.Command(
        name = "expert",
        description =
                "Measure an expert network stage by stage, beside its plain form and the machine's matrix product.",
        footer = {"", "Example:", "  understudy bench expert --arch wide-resnet38 --size 1242x375"})
public final class BenchExpertCommand extends BenchNetworkCommand {
    @Option(
            names = "--arch",
            defaultValue = "lw-refinenet152",
            description = "Which network; ${DEFAULT-VALUE} if not given.")
    private String architecture;

    @Override
    String architecture() {
        return architecture;
    }
}
