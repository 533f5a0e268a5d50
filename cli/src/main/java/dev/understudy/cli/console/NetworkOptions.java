package dev.understudy.cli.console;

import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertConfigurationBuilder;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.labeler.ExpertPredictor;
import dev.understudy.model.engine.Precision;
import dev.understudy.pipeline.label.ModelFile;
import dev.understudy.pipeline.label.ModelFile.OutputClasses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a network is read and what it runs on: what the commands that show frames to one have in common. */
public final class NetworkOptions {
    @Mixin
    private ArchitectureOption architecture;

    @Mixin
    private DeviceOption device;

    @Mixin
    private PrecisionOption precision;

    public ModelFile model(Path checkpoint) {
        return architecture.read(checkpoint).in(precision());
    }

    /** An expert of which only the most probable class is asked. */
    public ExpertPlan plan(ExpertConfigurationBuilder expert) {
        return ExpertPlan.of(
                expert.topK(1).precision(precision()).device(device()).build());
    }

    /**
     * Makes a network ready.
     *
     * @param classes name of the labels' class space; null = as the card says, or by the number of classes
     */
    public NamedPredictor open(Choice network, @Nullable String classes) throws IOException {
        if (network.expert() != null) {
            ExpertPlan plan = plan(ExpertConfiguration.ofCard(network.expert()).mapTo(classes));
            return new NamedPredictor(network.expert(), ExpertPredictor.of(plan), plan.labels());
        }
        Path checkpoint = Objects.requireNonNull(network.checkpoint());
        ModelFile model = model(checkpoint);
        ClassSpace space = OutputClasses.of(model.heads(), classes);
        return new NamedPredictor(checkpoint, model.predictor(device()), space);
    }

    /** @throws dev.understudy.conf.ConfigurationException if it is none */
    public Precision precision() {
        return precision.parsed();
    }

    public String device() {
        return device.name();
    }

    /** Which network, as a group of options of which one is given. */
    public static class Choice {
        @Option(names = "--checkpoint", required = true, paramLabel = "FILE", description = "A network's weights.")
        private @Nullable Path checkpoint;

        @Option(
                names = "--expert",
                required = true,
                paramLabel = "CARD",
                description = "An expert by its card, as it would label frames.")
        private @Nullable Path expert;

        public final @Nullable Path checkpoint() {
            return checkpoint;
        }

        public final @Nullable Path expert() {
            return expert;
        }
    }

    /**
     * A network that is ready.
     *
     * @param file its weights or its card
     * @param classes class space of its labels; null = it has none
     */
    public record NamedPredictor(
            Path file, FramePredictor predictor, @Nullable ClassSpace classes) implements AutoCloseable {
        @Override
        public void close() {
            predictor.close();
        }
    }

    /** What kind of network a file of weights is. */
    public static final class ArchitectureOption {
        @Option(
                names = "--arch",
                paramLabel = "ARCH",
                description =
                        "lw-refinenet50, lw-refinenet101, lw-refinenet152, wide-resnet38 or mt-lw-refinenet. Told by the"
                                + " checkpoint if not given; so are tasks and number of classes.")
        private @Nullable String name;

        public ModelFile read(Path checkpoint) {
            return ModelFile.read(checkpoint, name);
        }
    }

    /** What a network runs on. */
    public static final class DeviceOption {
        @Option(
                names = "--device",
                defaultValue = "cpu",
                paramLabel = "DEVICE",
                description = "cpu, gpu or gpu:N; ${DEFAULT-VALUE} if not given.")
        private String name;

        public String name() {
            return name;
        }
    }

    /** How many bits a network calculates in. */
    public static final class PrecisionOption {
        @Option(
                names = "--precision",
                defaultValue = "auto",
                paramLabel = "TYPE",
                description =
                        "What the network calculates in: auto, float32, or bfloat16 where the processor has it; float16 on GPUs;"
                                + " ${DEFAULT-VALUE} if not given.")
        private String type;

        /** @throws dev.understudy.conf.ConfigurationException if it is none */
        public Precision parsed() {
            return Precision.parse(type);
        }
    }

    /** What the classes of a network's labels are, where its file does not say it. */
    public static final class ClassesOption {
        @Option(
                names = "--classes",
                paramLabel = "SPACE",
                description = "Class space of the labels; told by the number of classes if not given.")
        private @Nullable String space;

        public @Nullable String space() {
            return space;
        }
    }
}
