package dev.understudy.model.network;

import ai.djl.Device;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The networks that this program knows, by the name a user writes. */
public enum Architecture {
    LW_REFINENET_50("lw-refinenet50", EnumSet.of(Task.SEGMENTATION), Heads.segmentation(40)),
    LW_REFINENET_101("lw-refinenet101", EnumSet.of(Task.SEGMENTATION), Heads.segmentation(40)),
    LW_REFINENET_152("lw-refinenet152", EnumSet.of(Task.SEGMENTATION), Heads.segmentation(40)),
    WIDE_RESNET_38("wide-resnet38", EnumSet.of(Task.SEGMENTATION), Heads.segmentation(19)),
    MT_LW_REFINENET(
            "mt-lw-refinenet", EnumSet.allOf(Task.class), Heads.of(EnumSet.of(Task.SEGMENTATION, Task.DEPTH), 40));

    private final String key;
    private final Set<Task> possible;
    private final Heads usual;

    Architecture(String key, Set<Task> possible, Heads usual) {
        this.key = key;
        this.possible = possible;
        this.usual = usual;
    }

    /** @throws ConfigurationException if the name is unknown; it lists those that are known */
    public static Architecture parse(String name) {
        return Arrays.stream(values())
                .filter(a -> a.key.equals(name))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("architecture: " + name + ", expected one of "
                        + Arrays.stream(values()).map(Architecture::key).collect(Collectors.joining(", "))));
    }

    /** As on the command line, for example {@code lw-refinenet152}. */
    public String key() {
        return key;
    }

    /** The heads of the authors' own release. */
    public Heads usualHeads() {
        return usual;
    }

    /**
     * Builds the network in its trainable form with fresh weights. The same seed gives the same weights on every
     * machine: encoder convolutions are Kaiming normal over fan-in, the decoder's uniform in ±1/√fan-in, biases 0,
     * batch-norm the identity.
     *
     * @param device where its parameters live
     * @throws ConfigurationException if the architecture cannot have such heads
     */
    public Network create(Heads heads, Device device, long seed) {
        if (!possible.containsAll(heads.tasks())) {
            throw new ConfigurationException(key + ": tasks " + heads.tasks() + ", expected some of " + possible
                    + "; the student has all three");
        }
        return new GraphNetwork(graph(heads), device, seed);
    }

    /** The layers as their authors have them, with no weights. */
    public Graph graph(Heads heads) {
        return graph(heads, true, false);
    }

    /** The layers of the network that a file is of. */
    Graph graph(Heads heads, FileNames file) {
        return graph(heads, !file.lacksFirstExpansion(), file.denseTorch());
    }

    /**
     * The layers of a network that is to be trained from a file. DenseTorch's way of resizing is not taken over: what
     * is saved later would no longer tell of it.
     */
    Graph trainableGraph(Heads heads, FileNames file) {
        return graph(heads, !file.lacksFirstExpansion(), false);
    }

    private Graph graph(Heads heads, boolean firstExpansion, boolean alignCorners) {
        if (!possible.containsAll(heads.tasks())) {
            throw new ConfigurationException(key + ": tasks " + heads.tasks() + ", expected some of " + possible
                    + "; the student has all three");
        }
        return switch (this) {
            case LW_REFINENET_50 -> LightWeightRefineNet.graph(key, new int[] {3, 4, 6, 3}, heads);
            case LW_REFINENET_101 -> LightWeightRefineNet.graph(key, new int[] {3, 4, 23, 3}, heads);
            case LW_REFINENET_152 -> LightWeightRefineNet.graph(key, new int[] {3, 8, 36, 3}, heads);
            case WIDE_RESNET_38 -> WideResNet38.graph(key, heads);
            case MT_LW_REFINENET -> MultiTaskRefineNet.graph(key, heads, firstExpansion, alignCorners);
        };
    }

    /** What a checkpoint seems to be. */
    public record Guess(Architecture architecture, Heads heads) {}

    /**
     * The architecture that most of a checkpoint's tensor names belong to, with the heads that the file has; empty if
     * fewer than half do.
     */
    public static Optional<Guess> guess(Checkpoint checkpoint) {
        FileNames file = FileNames.of(checkpoint);
        Guess best = null;
        double bestShare = 0.5;
        for (Architecture architecture : values()) {
            Optional<Heads> heads = architecture.headsIn(file);
            if (heads.isPresent()) {
                double share = architecture.share(heads.get(), file);
                if (share > bestShare) {
                    bestShare = share;
                    best = new Guess(architecture, heads.get());
                }
            }
        }
        return Optional.ofNullable(best);
    }

    /** The heads that a checkpoint of this architecture has; empty if it has none. */
    public Optional<Heads> headsIn(Checkpoint checkpoint) {
        return headsIn(FileNames.of(checkpoint));
    }

    private Optional<Heads> headsIn(FileNames file) {
        Checkpoint checkpoint = file.checkpoint();
        Set<Task> tasks = EnumSet.noneOf(Task.class);
        int classes = 0;
        for (String name : checkpoint.tensors().keySet()) {
            for (Task task : possible) {
                if (name.matches(head(task) + "\\.weight")) {
                    tasks.add(task);
                    long[] shape = checkpoint.tensors().get(name).shape();
                    classes = task == Task.SEGMENTATION && shape.length == 4 ? (int) Math.min(shape[0], 256) : classes;
                }
            }
        }
        boolean sane = !tasks.isEmpty() && (!tasks.contains(Task.SEGMENTATION) || classes >= 1 && classes <= 255);
        return sane ? Optional.of(Heads.of(tasks, classes)) : Optional.empty();
    }

    private String head(Task task) {
        return switch (this) {
            case LW_REFINENET_50, LW_REFINENET_101, LW_REFINENET_152 -> "clf_conv";
            case WIDE_RESNET_38 -> "linear\\d+";
            case MT_LW_REFINENET -> MultiTaskRefineNet.HEADS.get(task);
        };
    }

    /** Names in common over all names of either. */
    private double share(Heads heads, FileNames file) {
        Set<String> all = new HashSet<>();
        Graph graph = graph(heads, file);
        graph.parameters().forEach(p -> all.add(p.name()));
        int ours = all.size();
        Set<String> theirs = Unfolding.of(graph, file.checkpoint()).tensors().keySet();
        all.addAll(theirs);
        return (double) (ours + theirs.size() - all.size()) / all.size();
    }
}
