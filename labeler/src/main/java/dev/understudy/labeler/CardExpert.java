package dev.understudy.labeler;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
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
import dev.understudy.model.external.TorchScriptNetwork;
import dev.understudy.model.inference.ClassMerge;
import dev.understudy.model.inference.Interpolation;
import dev.understudy.model.onnx.OnnxFile;
import dev.understudy.model.onnx.OnnxNetwork;
import dev.understudy.model.onnx.OnnxRuntime;
import dev.understudy.model.onnx.OnnxTensorType;
import dev.understudy.store.StoreDescription.ExpertIdentity;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
                .depth(depth == null ? DepthConversion.MAGNITUDE : DepthConversion.of(depth.kind()))
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
    public interface DepthConversion {
        /** What our own networks say; some of them say it with the wrong sign. */
        DepthConversion MAGNITUDE = Math::abs;

        float metres(float value);

        static DepthConversion of(DepthKind kind) {
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

    /** Whether an ONNX file is what its card says. */
    private static final class OnnxFit {
        private static final int CHANNELS = 3;

        private final OnnxFile file;
        private final List<String> problems = new ArrayList<>();
        /** What the file would have to have, where no card can mend it. */
        private final Set<String> exportAgain = new LinkedHashSet<>();

        private OnnxFit(OnnxFile file) {
            this.file = file;
        }

        /**
         * @param classes that the card lists; 0 without segmentation
         * @throws DataException that says what the file has, if it does not fit
         */
        static void check(OnnxFile file, PictureInput input, NetworkOutputs outputs, int classes) {
            OnnxFit fit = new OnnxFit(file);
            fit.input(file.input(), input);
            if (outputs.segmentation() != null) {
                fit.segmentation(outputs.segmentation(), classes);
            }
            if (outputs.depth() != null) {
                fit.output(outputs.depth().tensor(), List.of("N", "1", "h", "w"), true);
            }
            if (!fit.problems.isEmpty()) {
                throw new DataException(file.path() + ": " + String.join("; ", fit.problems)
                        + (fit.exportAgain.isEmpty()
                                ? "; see what it has with 'understudy expert inspect' and correct the card"
                                : "; export it again with " + String.join(" and ", fit.exportAgain)));
            }
        }

        private void input(OnnxTensorType found, PictureInput input) {
            if (!found.takesPictures()) {
                problems.add("its input is " + found + ", which no picture is");
                exportAgain.add("an input of float32");
            }
            if (found.hasBytes() && !isPlain(input)) {
                problems.add(
                        "its input is " + found + ", a picture's values of 0 to 255 as they are, and the card changes"
                                + " them by scale, mean or deviation");
            }
            if (found.rank() == 0) {
                return;
            }
            if (found.rank() != 4 || !found.hasChannelsLast() && !found.isDynamic(1) && found.side(1) != CHANNELS) {
                problems.add("its input is " + found);
                exportAgain.add("an input of [1, 3, height, width], a picture");
                return;
            }
            if (found.sides().contains("0")) {
                problems.add("its input is " + found + ", of which no picture can be");
                exportAgain.add("sizes that are numbers, or free");
                return;
            }
            if (!found.isDynamic(0) && found.side(0) != 1) {
                problems.add("its input is " + found + ", always " + found.side(0) + " pictures");
                exportAgain.add("one picture, or any number of them");
            }
            int heightAt = found.hasChannelsLast() ? 1 : 2;
            String[] sides = input.size().split("x");
            boolean fits = input.isDynamic()
                    ? found.isDynamic(heightAt) && found.isDynamic(heightAt + 1)
                    : fits(found, heightAt, sides[1]) && fits(found, heightAt + 1, sides[0]);
            if (!fits) {
                problems.add("its input is " + found + ", the card expects one of "
                        + (input.isDynamic() ? "any size" : input.size()));
            }
        }

        private static boolean fits(OnnxTensorType found, int dimension, String side) {
            return found.isDynamic(dimension) || found.side(dimension) == Long.parseLong(side);
        }

        private static boolean isPlain(PictureInput input) {
            return input.scale() == 1
                    && input.mean().stream().allMatch(mean -> mean == 0)
                    && input.deviation().stream().allMatch(deviation -> deviation == 1);
        }

        private void segmentation(Segmentation segmentation, int classes) {
            if (segmentation.kind() instanceof Kind.Queries queries) {
                output(queries.classes(), List.of("N", "queries", Integer.toString(classes + 1)), true);
                output(queries.masks(), List.of("N", "queries", "h", "w"), true);
            } else if (segmentation.kind() instanceof Kind.Classes) {
                output(String.valueOf(segmentation.tensor()), List.of("N", "1", "h", "w"), false);
            } else {
                output(String.valueOf(segmentation.tensor()), List.of("N", Integer.toString(classes), "h", "w"), true);
            }
        }

        /** @param sides numbers must be as they are; one channel may be left out, or channels may come last */
        private void output(String name, List<String> sides, boolean real) {
            OnnxTensorType found = file.output(name).orElse(null);
            if (found == null) {
                problems.add("it has no output '" + name + "', it has " + file.outputs());
                return;
            }
            if (!found.hasNumbers() || real && !found.isReal()) {
                problems.add("its output is " + found + ", expected " + (real ? "float32 or another kind of real" : "")
                        + " numbers");
            }
            boolean oneChannel = sides.get(1).equals("1");
            boolean squeezed = found.rank() == 3 && sides.size() == 4 && oneChannel;
            boolean fits = found.rank() == 0
                    || squeezed
                    || found.rank() == sides.size()
                            && (fits(found, sides)
                                    || sides.size() == 4 && sides.get(1).equals(Long.toString(found.side(3))));
            if (!fits) {
                problems.add("its output is " + found + ", the card expects [" + String.join(", ", sides) + "]");
                if (found.rank() == sides.size() - 1 || oneChannel && found.rank() == 2) {
                    exportAgain.add("the batch as its outputs' first dimension");
                }
            }
        }

        private static boolean fits(OnnxTensorType found, List<String> sides) {
            boolean fits = true;
            for (int i = 1; i < sides.size(); i++) {
                boolean number = Character.isDigit(sides.get(i).charAt(0));
                fits &= !number || found.isDynamic(i) || found.side(i) == Long.parseLong(sides.get(i));
            }
            return fits;
        }
    }
}
