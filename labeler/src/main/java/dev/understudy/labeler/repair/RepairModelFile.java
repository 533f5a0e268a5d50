package dev.understudy.labeler.repair;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.labeler.repair.RepairModel.RepairMethod;
import dev.understudy.labeler.repair.TrainingRows.Scale;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.checkpoint.SafetensorsWriter;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.checkpoint.TensorType;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A repair on disk, in a folder of its own: {@code repair.json} says what it is, what it was learned from and how it
 * scored; {@code networks.safetensors} has its numbers. Both may come from anywhere: sizes are checked before memory
 * is taken, and the numbers must be those that the first names by their SHA-256.
 */
public final class RepairModelFile {
    private static final String FORMAT = "understudy repair";
    private static final int VERSION = 1;
    private static final String JSON = "repair.json";
    private static final String NUMBERS = "networks.safetensors";
    private static final String REMEDY = "delete the store and repair again";
    private static final long MAX_JSON = 64L << 20;
    private static final long MAX_NUMBERS = 512L << 20;
    private static final int MOST_EXPERTS = 64;
    private static final int MOST_FOLDS = 20;
    private static final int MOST_CLASSES = 255;
    private static final int MOST_MAPS = 8;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxNumberLength(64)
                            .maxStringLength(1 << 16)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private RepairModelFile() {}

    /**
     * What {@code repair.json} says.
     *
     * @param madeOf as in {@link Stored}
     * @param learnedOf likewise
     * @param experts by parent the classes that it can say
     * @param networks of each fold
     * @param learned the networks' share of the answer of methods that start from the expert; null for others
     * @param folds by id of each frame that it was learned from, its fold
     * @param scores cross-validated, the expert's first
     * @param digest {@link RepairModel#digest()}
     */
    @RecordBuilder
    record Head(
            String format,
            int version,
            String method,
            String madeOf,
            String learnedOf,
            int classes,
            List<List<Integer>> experts,
            List<Integer> components,
            int hidden,
            int foldCount,
            int networks,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Float learned,

            Map<String, Integer> folds,
            List<RepairScore> scores,
            String digest) {}

    /**
     * A repair and what is known of it.
     *
     * @param madeOf all that it depends on but the frames that it was learned from, in words
     * @param learnedOf SHA-256 of those frames' annotations
     * @param scores cross-validated, the expert's first
     */
    public record Stored(RepairModel model, String madeOf, String learnedOf, List<RepairScore> scores) {}

    /** Whether a folder holds a repair, or part of one. */
    public static boolean exists(Path folder) {
        return Files.isRegularFile(folder.resolve(JSON));
    }

    /** Writes a repair; {@code repair.json} comes last, so that what is there is whole. */
    public static void write(Path folder, Stored stored) throws IOException {
        RepairModel.Parts parts = stored.model.parts();
        Files.createDirectories(folder);
        Files.deleteIfExists(folder.resolve(JSON));
        if (parts.method().learns()) {
            SafetensorsWriter.write(folder.resolve(NUMBERS), new Checkpoint(tensors(parts)));
        }
        boolean learns = parts.method().learns();
        Head head = RepairModelFileHeadBuilder.builder()
                .format(FORMAT)
                .version(VERSION)
                .method(parts.method().key())
                .madeOf(stored.madeOf)
                .learnedOf(stored.learnedOf)
                .classes(parts.classes())
                .experts(parts.inputs().experts().stream()
                        .map(known -> Arrays.stream(known).boxed().toList())
                        .toList())
                .components(parts.inputs().pictures().stream()
                        .map(PictureProjection::kept)
                        .toList())
                .hidden(learns ? parts.folds().get(0).get(0).hidden() : 0)
                .foldCount(parts.folds().size())
                .networks(learns ? parts.folds().get(0).size() : 0)
                .learned(parts.start() == null ? null : parts.start().learned())
                .folds(new TreeMap<>(parts.foldOf()))
                .scores(stored.scores)
                .digest(stored.model.digest())
                .build();
        AtomicFile.write(
                folder.resolve(JSON), MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(head) + "\n");
    }

    private static Map<String, Tensor> tensors(RepairModel.Parts parts) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Scale scale = parts.scale();
        if (scale != null) {
            put(tensors, "scale.mean", scale.mean());
            put(tensors, "scale.deviation", scale.deviation());
        }
        List<PictureProjection> pictures = parts.inputs().pictures();
        for (int map = 0; map < pictures.size(); map++) {
            put(tensors, "pictures" + map + ".mean", pictures.get(map).mean());
            put(tensors, "pictures" + map + ".directions", pictures.get(map).directions());
        }
        for (int fold = 0; fold < parts.folds().size(); fold++) {
            for (int i = 0; i < parts.folds().get(fold).size(); i++) {
                SmallNetwork network = parts.folds().get(fold).get(i);
                put(tensors, name(fold, i) + "first", network.first());
                put(tensors, name(fold, i) + "last", network.last());
            }
            if (parts.start() != null) {
                put(
                        tensors,
                        "fold" + fold + ".shares",
                        parts.start().priors().get(fold).shares());
            }
        }
        return tensors;
    }

    private static String name(int fold, int network) {
        return "fold" + fold + ".network" + network + ".";
    }

    private static void put(Map<String, Tensor> tensors, String name, float[] values) {
        if (values.length > 0) {
            tensors.put(name, Tensor.of(new long[] {values.length}, values));
        }
    }

    /** @throws DataException if it is not whole, or not what it says */
    public static Stored read(Path folder) throws IOException {
        Path json = folder.resolve(JSON);
        limit(json, MAX_JSON);
        Head head;
        try {
            head = MAPPER.readValue(Files.readAllBytes(json), Head.class);
        } catch (JsonProcessingException e) {
            throw new DataException(json + ": damaged (" + e.getOriginalMessage() + "); " + REMEDY, e);
        }
        try {
            RepairModel model = model(head, folder);
            if (!model.digest().equals(head.digest)) {
                throw new DataException(folder + ": " + NUMBERS + " is not what " + JSON + " names; " + REMEDY);
            }
            return new Stored(model, head.madeOf, head.learnedOf, List.copyOf(head.scores));
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new DataException(json + ": damaged (" + e.getMessage() + "); " + REMEDY, e);
        } catch (CheckpointException e) {
            throw new DataException(e.getMessage() + "; " + REMEDY, e);
        }
    }

    private static void limit(Path file, long most) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new DataException(file + ": is missing; " + REMEDY);
        }
        long size = Files.size(file);
        if (size > most) {
            throw new DataException(file + ": " + size + " bytes, expected at most " + most + "; " + REMEDY);
        }
    }

    private static RepairModel model(Head head, Path folder) throws IOException {
        require(
                FORMAT.equals(head.format) && head.version == VERSION,
                "format " + head.format + " " + head.version + ", expected " + FORMAT + " " + VERSION);
        RepairMethod method = method(head.method);
        require(head.classes >= 1 && head.classes <= MOST_CLASSES, head.classes + " classes");
        require(!head.experts.isEmpty() && head.experts.size() <= MOST_EXPERTS, head.experts.size() + " experts");
        List<int[]> experts = new ArrayList<>();
        for (List<Integer> known : head.experts) {
            experts.add(known(known, head.classes));
        }
        require(
                method.learns()
                        ? head.foldCount >= 2 && head.foldCount <= MOST_FOLDS
                        : head.foldCount == 0 && head.components.isEmpty(),
                head.foldCount + " folds");
        head.folds.forEach((id, fold) -> require(fold >= 0 && fold < head.foldCount, "fold " + fold + " of " + id));
        require((head.learned != null) == method.fromExpert(), "a share learned of " + head.learned);
        RepairModel.Parts parts = RepairModelPartsBuilder.builder()
                .method(method)
                .classes(head.classes)
                .inputs(new RepairInputs(experts, List.of()))
                .folds(List.of())
                .foldOf(head.folds)
                .build();
        if (!method.learns()) {
            return new RepairModel(parts);
        }
        Path numbers = folder.resolve(NUMBERS);
        limit(numbers, MAX_NUMBERS);
        return new RepairModel(withNumbers(parts, head, CheckpointReader.read(numbers)));
    }

    private static RepairModel.Parts withNumbers(RepairModel.Parts parts, Head head, Checkpoint file) {
        List<String> faults = file.faults();
        require(faults.isEmpty(), "numbers that are not finite, " + faults);
        RepairInputs inputs = new RepairInputs(parts.inputs().experts(), projections(head.components, file));
        Scale scale =
                new Scale(floats(file, "scale.mean", inputs.width()), floats(file, "scale.deviation", inputs.width()));
        for (float deviation : scale.deviation()) {
            require(deviation > 0, "a deviation of " + deviation);
        }
        boolean linear = parts.method().linear();
        List<int[]> columns = linear ? List.of(inputs.own()) : inputs.networks();
        require(
                head.networks == columns.size()
                        && (linear ? head.hidden == 0 : head.hidden >= 1 && head.hidden <= 4096),
                head.networks + " networks of " + head.hidden + " units");
        List<List<SmallNetwork>> folds = new ArrayList<>();
        for (int fold = 0; fold < head.foldCount; fold++) {
            List<SmallNetwork> networks = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                int[] in = columns.get(i);
                networks.add(new SmallNetwork(
                        in,
                        head.hidden,
                        head.classes,
                        floats(file, name(fold, i) + "first", SmallNetwork.firstLength(in.length, head.hidden)),
                        floats(
                                file,
                                name(fold, i) + "last",
                                SmallNetwork.lastLength(in.length, head.hidden, head.classes))));
            }
            folds.add(networks);
        }
        return parts.with(made -> made.inputs(inputs)
                .scale(scale)
                .folds(folds)
                .start(head.learned == null ? null : start(head, head.learned, inputs.experts(), file)));
    }

    private static ExpertStart start(Head head, float learned, List<int[]> experts, Checkpoint file) {
        require(learned > 0 && learned <= 1, "a share learned of " + learned);
        List<ExpertPrior> priors = new ArrayList<>();
        for (int fold = 0; fold < head.foldCount; fold++) {
            float[] shares = floats(file, "fold" + fold + ".shares", head.classes);
            for (float share : shares) {
                require(share > 0 && share <= 1, "a share of " + share);
            }
            priors.add(new ExpertPrior(shares, ExpertPrior.known(experts, head.classes)));
        }
        return new ExpertStart(priors, learned);
    }

    private static List<PictureProjection> projections(List<Integer> components, Checkpoint file) {
        require(components.size() <= MOST_MAPS, components.size() + " maps of components");
        List<PictureProjection> projections = new ArrayList<>();
        for (int map = 0; map < components.size(); map++) {
            String name = "pictures" + map;
            int kept = components.get(map);
            Tensor mean = file.tensors().get(name + ".mean");
            require(mean != null && kept > 0 && kept <= mean.elements(), components + " components");
            int channels = mean.elements();
            projections.add(new PictureProjection(
                    kept,
                    floats(file, name + ".mean", channels),
                    floats(file, name + ".directions", Math.multiplyExact(channels, kept))));
        }
        return projections;
    }

    private static float[] floats(Checkpoint file, String name, int expected) {
        if (expected == 0) {
            return new float[0];
        }
        Tensor tensor = file.tensors().get(name);
        require(
                tensor != null && tensor.type() == TensorType.FLOAT32 && tensor.elements() == expected,
                name + " is " + tensor + ", expected " + expected + " numbers");
        return tensor.toFloats();
    }

    private static int[] known(List<Integer> classes, int all) {
        int last = -1;
        for (int index : classes) {
            require(index > last && index < all, "classes " + classes + ", expected rising ones below " + all);
            last = index;
        }
        return classes.stream().mapToInt(Integer::intValue).toArray();
    }

    private static RepairMethod method(String key) {
        for (RepairMethod method : RepairMethod.values()) {
            if (method.key().equals(key) && method != RepairMethod.EXPERT) {
                return method;
            }
        }
        throw new IllegalArgumentException("method " + key);
    }

    private static void require(boolean holds, String found) {
        if (!holds) {
            throw new IllegalArgumentException(found);
        }
    }
}
