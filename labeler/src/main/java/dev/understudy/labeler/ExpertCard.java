package dev.understudy.labeler;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.Default;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.external.NetworkOutputs;
import dev.understudy.model.external.PictureInput;
import dev.understudy.model.inference.Interpolation;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a user writes of an expert that came as a file: where it is, what it expects and what its answers mean.
 *
 * @param network the file
 * @param input what the network expects; null for the built-in architectures, which know
 * @param outputs which output says what; null for the built-in architectures
 * @param classes of the segmentation output; null for depth alone, and for a built-in network with its authors' classes
 * @param mapTo class space of the labels; null = {@code classes}, which must be a class space then
 * @param map class of the expert → class of {@code mapTo}, or {@code none}; those of the same name need not be written,
 *     what is left is none. Probabilities of classes that become one are added up before anything is decided.
 * @param interpolation of the answers before the decision; null = bilinear, or what a built-in network's authors do
 * @param precision of the calculation
 */
@RecordBuilder
public record ExpertCard(
        NetworkFile network,
        @Nullable PictureInput input,
        @Nullable NetworkOutputs outputs,
        @Nullable ClassNames classes,
        @Nullable String mapTo,
        @Default("{}") Map<String, String> map,
        @Nullable Interpolation interpolation,
        @Default("auto") Precision precision) {
    private static final Pattern NETWORK = Pattern.compile("\\.(onnx|pt|pth|torchscript)$");

    /**
     * The file of a network; one of the three.
     *
     * @param onnx an ONNX file
     * @param torchscript a TorchScript file, which is a program
     * @param trusted whether that program may run here
     * @param architecture a built-in one, with its weights
     * @param checkpoint these weights
     */
    public record NetworkFile(
            @Nullable Path onnx,
            @Nullable Path torchscript,
            @Default("false") boolean trusted,
            @Nullable String architecture,
            @Nullable Path checkpoint) {
        public NetworkFile {
            int given = (onnx == null ? 0 : 1) + (torchscript == null ? 0 : 1) + (architecture == null ? 0 : 1);
            new Checks()
                    .that(given == 1, "onnx", "or 'torchscript' or 'architecture' must be there, one of them")
                    .that(
                            (architecture == null) == (checkpoint == null),
                            "checkpoint",
                            "and 'architecture' go together")
                    .that(
                            torchscript == null || trusted,
                            "torchscript",
                            "is a program that can do whatever you can; write 'trusted: true' beside it if you know who"
                                    + " made it, or export the network as ONNX, which needs no trust")
                    .that(torchscript != null || !trusted, "trusted", "goes with 'torchscript' only")
                    .verify();
        }

        /** Whichever file it is. */
        public Path path() {
            return Objects.requireNonNull(onnx != null ? onnx : torchscript != null ? torchscript : checkpoint);
        }

        NetworkFile at(Path elsewhere) {
            return new NetworkFile(
                    onnx == null ? null : elsewhere,
                    torchscript == null ? null : elsewhere,
                    trusted,
                    architecture,
                    checkpoint == null ? null : elsewhere);
        }
    }

    public ExpertCard {
        boolean builtIn = network.architecture() != null;
        boolean segmentation = outputs != null && outputs.segmentation() != null;
        Checks checks = new Checks()
                .that(builtIn || input != null, "input", "must be there")
                .that(builtIn || outputs != null, "outputs", "must be there")
                .that(!builtIn || input == null, "input", "is what the architecture knows; leave it out")
                .that(!builtIn || outputs == null, "outputs", "is what the architecture knows; leave it out")
                .that(!segmentation || classes != null, "classes", "must be there, in the order of the outputs")
                .that(
                        builtIn || segmentation || classes == null && mapTo == null && map.isEmpty(),
                        "classes",
                        "go with a segmentation output only, as do 'mapTo' and 'map'")
                .that(map.isEmpty() || mapTo != null, "map", "needs 'mapTo'")
                .that(
                        !builtIn || map.isEmpty(),
                        "map",
                        "goes with a file's own classes; class spaces declare their maps")
                .that(
                        !builtIn || classes == null || classes.names().size() == 1,
                        "classes",
                        "must be the name of a class space for a built-in architecture");
        checks.verify();
        map = Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /**
     * @throws ConfigurationException with all that is wrong with the file, line by line
     */
    public static ExpertCard load(Path file) {
        if (NETWORK.matcher(file.toString()).find()) {
            throw new ConfigurationException(
                    file + ": is a network's file, expected its card; print one to start from with"
                            + " 'understudy expert inspect " + file + " > card.yaml'");
        }
        return ConfigurationLoader.load(file, ExpertCard.class, List.of());
    }

    /** The same card where the network's file has another path. */
    public ExpertCard at(Path elsewhere) {
        return ExpertCardBuilder.builder(this).network(network.at(elsewhere)).build();
    }
}
