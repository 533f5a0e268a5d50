package dev.understudy.pipeline.label;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.AtomicFile.WrittenFile;
import dev.understudy.files.Sha256;
import dev.understudy.model.export.OnnxExport;
import dev.understudy.model.export.OnnxExportBuilder;
import dev.understudy.model.export.TorchScriptExport;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.inference.Preprocessing.InputNormalisation;
import dev.understudy.model.network.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint on its way out: what is written into the ONNX file of it, and the card that tells this program of that
 * file.
 *
 * @param classes class space of the segmentation; null if there is none
 */
public record ExportedNetwork(ModelFile model, @Nullable ClassSpace classes) {
    /** What training leaves beside its checkpoints. */
    private static final String RECIPE = "train.yaml";

    private static final int LONGEST_RECIPE = 1 << 16;

    /**
     * @param width of pictures; null = any
     * @param height of pictures; null = any
     */
    public OnnxExport onnx(@Nullable Integer width, @Nullable Integer height, boolean whole, boolean half)
            throws IOException {
        return OnnxExportBuilder.builder()
                .network(model.network().graph())
                .checkpoint(model.network().weights())
                .width(width)
                .height(height)
                .whole(whole)
                .half(half)
                .preprocessing(preprocessing())
                .metadata(metadata())
                .build();
    }

    public WrittenFile writeTorchScript(Path out) throws IOException {
        return new TorchScriptExport(model.network().graph(), model.network().weights()).write(out, metadata());
    }

    /** Whether the network says anything that a label store keeps. */
    public boolean canBeAnExpert() {
        return model.heads().tasks().contains(Task.SEGMENTATION)
                || model.heads().tasks().contains(Task.DEPTH);
    }

    private boolean isStudent() {
        return model.architecture() == Architecture.MT_LW_REFINENET;
    }

    private Preprocessing preprocessing() {
        return isStudent() ? Preprocessing.STUDENT : Preprocessing.EXPERT;
    }

    private Map<String, String> metadata() throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("understudy.architecture", model.architecture().key());
        metadata.put("understudy.normalisation", preprocessing().normalisation().toString());
        metadata.put("understudy.checkpoint.sha256", Sha256.of(model.file()));
        if (classes != null) {
            List<String> colours = classes.classes().stream()
                    .map(each -> String.format(Locale.ROOT, "#%06x", each.colour()))
                    .toList();
            metadata.put("understudy.classSpace", classes.name());
            metadata.put("understudy.classes", json(classes.names()));
            metadata.put("understudy.colours", json(colours));
        }
        Path recipe = model.file().toAbsolutePath().resolveSibling(RECIPE);
        if (Files.isRegularFile(recipe)) {
            try (InputStream in = Files.newInputStream(recipe)) {
                metadata.put("understudy.recipe", new String(in.readNBytes(LONGEST_RECIPE), StandardCharsets.UTF_8));
            }
        }
        return metadata;
    }

    /** @param size as it was given, {@code 640x480}; null = any */
    public String onnxCard(String file, @Nullable String size) {
        return card("network: {onnx: " + json(file) + "}\n", size);
    }

    public String torchScriptCard(String file) {
        return card(
                "# A TorchScript file is a program that can do whatever you can. 'trusted: true' says that you know who made"
                        + "\n# it, as whoever exported this one does; take it out before you put another's file here.\n"
                        + "network: {torchscript: " + json(file) + ", trusted: true}\n",
                null);
    }

    private String card(String network, @Nullable String size) {
        InputNormalisation values = preprocessing().normalisation();
        StringBuilder card = new StringBuilder("# Written beside the network that it tells of; see conf/experts/.\n")
                .append(network)
                .append("input:\n  size: ")
                .append(size == null ? "dynamic" : size)
                .append("\n  scale: ")
                .append(values.pixelScale())
                .append("\n  mean: ")
                .append(values.mean())
                .append("\n  deviation: ")
                .append(values.deviation())
                .append("\noutputs:\n");
        if (classes != null) {
            card.append("  segmentation: {tensor: segmentation, kind: logits}\n");
        }
        if (model.heads().tasks().contains(Task.DEPTH)) {
            card.append("  depth: {tensor: depth, kind: metres}\n");
        }
        if (classes != null) {
            card.append("classes: ").append(json(classes.name())).append('\n');
        }
        return card.append("interpolation: ")
                .append(preprocessing().interpolation().name().toLowerCase(Locale.ROOT))
                .append('\n')
                .toString();
    }

    private static String json(Object value) {
        try {
            return JsonMapper.builder().build().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
