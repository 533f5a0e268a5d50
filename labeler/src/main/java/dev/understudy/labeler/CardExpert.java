package dev.understudy.labeler;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.external.NetworkOutputs;
import dev.understudy.model.external.NetworkOutputs.Depth;
import dev.understudy.model.external.NetworkOutputs.DepthKind;
import dev.understudy.model.external.NetworkOutputs.Kind;
import dev.understudy.model.external.NetworkOutputs.Segmentation;
import dev.understudy.model.external.PictureInput;
import dev.understudy.model.external.TensorPictureNetwork;
import dev.understudy.model.inference.ClassMerge;
import dev.understudy.model.inference.Interpolation;
import dev.understudy.model.onnx.OnnxFile;
import dev.understudy.model.onnx.OnnxNetwork;
import dev.understudy.model.onnx.OnnxRuntime;
import dev.understudy.model.torchscript.TorchScriptNetwork;
import dev.understudy.store.StoreDescription.ExpertIdentity;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Plans experts that came as a file with a card. */
final class CardExpert {
    /** A picture of the size that most cameras deliver, to see what memory a network of dynamic size takes. */
    private static final int USUAL_WIDTH = 640;

    private static final int USUAL_HEIGHT = 480;

    private final ExpertConfiguration configuration;
    private final ExpertCard card;
    private final PictureInput input;
    private final NetworkOutputs outputs;

    private CardExpert(ExpertConfiguration configuration, ExpertCard card) {
        this.configuration = configuration;
        this.card = card;
        this.input = Objects.requireNonNull(card.input());
        this.outputs = Objects.requireNonNull(card.outputs());
    }

    static ExpertPlan plan(ExpertConfiguration configuration, ExpertCard card) {
        CardExpert expert = new CardExpert(configuration, card);
        expert.check();
        return card.network().onnx() == null ? expert.torchScript() : expert.onnx();
    }

    private void check() {
        if (configuration.normalisation() != null) {
            throw new ConfigurationException("normalisation: is what the card " + configuration.card()
                    + " says under 'input'; leave it out here");
        }
        if (configuration.classes() != null) {
            throw new ConfigurationException(
                    "classes: is what the card " + configuration.card() + " says; leave it out here");
        }
        if (!input.isDynamic() && configuration.scales().stream().anyMatch(scale -> scale != 1)) {
            throw new ConfigurationException("scales: " + configuration.scales() + ", but " + configuration.card()
                    + " has the fixed size " + input.size() + ", so only [1] means anything");
        }
    }

    /** @param found what the file calculates in */
    private void checkPrecision(Path file, String found) {
        Precision wanted = configuration.precision(card);
        if (wanted != Precision.AUTO && !wanted.key().equals(found)) {
            throw new ConfigurationException(configuration.card() + ": precision: " + wanted.key() + ", but "
                    + file.getFileName() + " calculates in " + found
                    + ", as it was exported; write that or auto, or export it again");
        }
    }

    private ExpertPlan onnx() {
        Path path = Objects.requireNonNull(card.network().onnx());
        OnnxFile file = OnnxFile.read(path);
        checkPrecision(path, file.precision());
        int classes = classes();
        OnnxFit.check(file, input, outputs, classes);
        file.checkMemory(input.shapeOf(USUAL_WIDTH, USUAL_HEIGHT));
        return plan(path)
                .identity(new ExpertIdentity("onnx", file.sha256()))
                .engine(OnnxRuntime.version() + ", " + file.precision())
                .network((device, threads) ->
                        new TensorPictureNetwork(OnnxNetwork.open(file, device, threads), input, outputs, classes))
                .build();
    }

    private ExpertPlan torchScript() {
        Path path = Objects.requireNonNull(card.network().torchscript());
        checkPrecision(path, "float32");
        int classes = classes();
        return plan(path)
                .identity(new ExpertIdentity("torchscript", sha256(path)))
                .engine(TorchScriptNetwork.engine() + ", float32")
                .network((device, threads) -> new TensorPictureNetwork(
                        TorchScriptNetwork.open(path, device, threads), input, outputs, classes))
                .build();
    }

    private static String sha256(Path file) {
        try {
            return Sha256.of(file);
        } catch (NoSuchFileException e) {
            throw new DataException(file + ": there is no such file; check the card's 'network'", e);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read: " + e, e);
        }
    }

    /** Classes that the network's outputs have; 0 without segmentation. */
    private int classes() {
        ClassNames names = card.classes();
        if (names == null || outputs.segmentation() == null) {
            return 0;
        }
        ClassSpace space = names.space();
        return space == null ? names.names().size() : space.size();
    }

    private ExpertPlanBuilder plan(Path file) {
        List<Task> possible = Stream.of(Task.SEGMENTATION, Task.DEPTH)
                .filter(task -> task == Task.SEGMENTATION ? outputs.segmentation() != null : outputs.depth() != null)
                .toList();
        List<Task> tasks = ExpertPlan.tasks(configuration.tasks(), possible, file);
        Interpolation interpolation = Stream.of(configuration.interpolation(), card.interpolation())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(Interpolation.BILINEAR);
        Depth depth = outputs.depth();
        ExpertPlanBuilder plan = ExpertPlanBuilder.builder()
                .tasks(tasks)
                .classMap("none")
                .topK(0)
                .preprocessing(input.canonical() + "; " + canonical(tasks) + "outputs " + interpolation)
                .interpolation(interpolation)
                .depth(depth == null ? DepthReading.MAGNITUDE : DepthReading.of(depth.kind()))
                .views(configuration.views())
                .device(configuration.device());
        if (tasks.contains(Task.SEGMENTATION)) {
            addLabels(plan, Objects.requireNonNull(outputs.segmentation()));
        }
        return plan;
    }

    private String canonical(List<Task> tasks) {
        List<String> read = new ArrayList<>();
        if (tasks.contains(Task.SEGMENTATION)) {
            read.add("segmentation " + outputs.segmentation());
        }
        if (tasks.contains(Task.DEPTH)) {
            read.add("depth " + outputs.depth());
        }
        return String.join("; ", read) + "; ";
    }

    private void addLabels(ExpertPlanBuilder plan, Segmentation segmentation) {
        ClassNames names = Objects.requireNonNull(card.classes());
        String mapTo = configuration.mapTo() != null ? configuration.mapTo() : card.mapTo();
        ClassSpace own = names.space();
        if (mapTo == null && own == null) {
            throw new ConfigurationException(configuration.card() + ": 'classes' is a list, so the labels' class space"
                    + " must be named by 'mapTo', a built-in one or a YAML file of yours");
        }
        ClassSpace target = mapTo == null ? Objects.requireNonNull(own) : ClassSpace.load(mapTo);
        int[] table = names.mapTo(target, card.map(), String.valueOf(configuration.card()));
        if (Arrays.stream(table).allMatch(to -> to == LabelMap.IGNORE)) {
            throw new ConfigurationException(configuration.card() + ": none of the expert's classes is a class of "
                    + target.name() + "; say under 'map' which is which");
        }
        // What no query claims is none of the classes, and competes with them.
        boolean queries = segmentation.kind() instanceof Kind.Queries;
        int[] targets = queries ? Arrays.copyOf(table, table.length + 1) : table;
        if (queries) {
            targets[table.length] = LabelMap.IGNORE;
        }
        ClassMerge merge = new ClassMerge(targets);
        List<String> listed = own == null ? names.names() : own.names();
        plan.labels(target)
                .merge(merge)
                .classMap(listed + " to " + target.name() + " " + Arrays.toString(table))
                .topK(Math.min(configuration.topK(), ExpertPlan.most(merge)));
    }

    /** How a network's value becomes metres; 0 = it has none. */
    @FunctionalInterface
    public interface DepthReading {
        /** What our own networks say; some of them say it with the wrong sign. */
        DepthReading MAGNITUDE = Math::abs;

        float metres(float value);

        static DepthReading of(DepthKind kind) {
            if (kind instanceof DepthKind.Inverse inverse) {
                return value -> {
                    double inMetres = inverse.scale() * value + inverse.shift();
                    return inMetres > 1 / MOST_METRES ? (float) (1 / inMetres) : 0;
                };
            }
            return value -> Math.max(0, value);
        }

        /** Farther than this nothing is measured, and inverse depths are noise. */
        double MOST_METRES = 10_000;
    }
}
