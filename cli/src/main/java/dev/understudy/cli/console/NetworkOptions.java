package dev.understudy.cli.console;

import dev.understudy.labeler.ExpertConfigurationBuilder;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.model.engine.Precision;
import dev.understudy.pipeline.predict.ModelFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a network is read and what it runs on: what the commands that show frames to one have in common. */
public final class NetworkOptions {
    @Option(
            names = "--arch",
            paramLabel = "ARCH",
            description =
                    "lw-refinenet50, lw-refinenet101, lw-refinenet152, wide-resnet38 or mt-lw-refinenet. Told by the"
                            + " checkpoint if not given; so are tasks and number of classes.")
    private @Nullable String architecture;

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

    public ModelFile model(Path checkpoint) {
        return ModelFile.read(checkpoint, architecture).in(precision());
    }

    /** An expert of which only the most probable class is asked. */
    public ExpertPlan plan(ExpertConfigurationBuilder expert) {
        return ExpertPlan.of(
                expert.topK(1).precision(precision()).device(device).build());
    }

    /** @throws dev.understudy.conf.ConfigurationException if it is none */
    public Precision precision() {
        return Precision.parse(precision);
    }

    public String device() {
        return device;
    }
}
