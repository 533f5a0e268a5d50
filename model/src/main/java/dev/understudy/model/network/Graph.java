package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.engine.Activation;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.Graph.GraphRun.Operations;
import dev.understudy.model.network.Graph.Node;
import dev.understudy.model.network.Graph.ParameterSpec;
import dev.understudy.model.network.Operation.Activate;
import dev.understudy.model.network.Operation.Add;
import dev.understudy.model.network.Operation.BatchNorm;
import dev.understudy.model.network.Operation.Convolution;
import dev.understudy.model.network.Operation.Dropout;
import dev.understudy.model.network.Operation.MaxPool;
import dev.understudy.model.network.Operation.UpsampleLike;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A network's layers and how they hang together, with no weights: the one description that its trainable, plain and
 * inference forms are made from.
 *
 * @param nodes in an order in which they can be computed; the first is the input
 * @param outputs the node of each head
 * @param parameters in the original's order
 * @param encoder whether a parameter, by name, belongs to the encoder
 */
public record Graph(
        String architecture,
        List<Node> nodes,
        Map<Task, Node> outputs,
        List<ParameterSpec> parameters,
        Predicate<String> encoder) {

    /**
     * By node: the index of the last node that reads it; {@code Integer.MAX_VALUE} for outputs, its own if none does.
     */
    public int[] lastReaders() {
        int[] last = new int[nodes.size()];
        Arrays.setAll(last, i -> i);
        for (Node node : nodes) {
            node.inputs().forEach(input -> last[input.index()] = Math.max(last[input.index()], node.index()));
        }
        outputs.values().forEach(node -> last[node.index()] = Integer.MAX_VALUE);
        return last;
    }

    /**
     * The same network without the layers that only other heads need. Its parameters stay all the same, so that the
     * same checkpoint fits.
     */
    Graph only(Collection<Task> tasks) {
        Map<Task, Node> heads = new EnumMap<>(outputs);
        heads.keySet().retainAll(tasks);
        boolean[] needed = new boolean[nodes.size()];
        needed[0] = true;
        heads.values().forEach(node -> needed[node.index()] = true);
        for (int i = nodes.size() - 1; i > 0; i--) {
            if (needed[i]) {
                nodes.get(i).inputs().forEach(input -> needed[input.index()] = true);
            }
        }
        Map<Node, Node> kept = new LinkedHashMap<>();
        for (Node node : nodes) {
            if (needed[node.index()]) {
                List<Node> inputs = node.inputs().stream().map(kept::get).toList();
                kept.put(node, new Node(kept.size(), node.operation(), inputs));
            }
        }
        heads.replaceAll((task, node) -> kept.get(node));
        return new Graph(architecture, List.copyOf(kept.values()), heads, parameters, encoder);
    }

    /**
     * Checks that a checkpoint holds exactly this graph's tensors; counters of batches seen do not matter.
     *
     * @throws dev.understudy.model.checkpoint.CheckpointException if a tensor is missing, left over or of another
     *     shape, or holds values that are not finite
     */
    public void check(Checkpoint checkpoint) {
        CheckpointFit.check(this, checkpoint);
    }

    /** Multiplications of all convolutions for one picture; an addition goes with each. */
    public double multiplications(int width, int height) {
        return GraphCost.multiplications(this, width, height);
    }

    /** By node: how many nodes read it, an output counting as one more. */
    public int[] readers() {
        int[] readers = new int[nodes.size()];
        nodes.forEach(node -> node.inputs().forEach(input -> readers[input.index()]++));
        outputs.values().forEach(node -> readers[node.index()]++);
        return readers;
    }

    /** Counts what a graph multiplies for a picture of a given size. */
    static final class GraphCost {
        private GraphCost() {}

        /** Multiplications of all convolutions. */
        static double multiplications(Graph graph, int width, int height) {
            int[][] sizes = new int[graph.nodes().size()][];
            double sum = 0;
            for (Node node : graph.nodes()) {
                int[] size = size(node, sizes, width, height);
                sizes[node.index()] = size;
                if (node.operation() instanceof Convolution c) {
                    sum += (double) c.out() * (c.in() / c.groups()) * c.kernel() * c.kernel() * size[0] * size[1];
                }
            }
            return sum;
        }

        private static int[] size(Node node, int[][] sizes, int width, int height) {
            if (node.operation() instanceof Operation.Input) {
                return new int[] {width, height};
            }
            int[] in = sizes[node.inputs().get(0).index()];
            if (node.operation() instanceof Convolution c) {
                int reach = (c.kernel() - 1) * c.dilation() + 1;
                return new int[] {
                    shrunk(in[0], reach, c.stride(), c.padding()), shrunk(in[1], reach, c.stride(), c.padding())
                };
            } else if (node.operation() instanceof MaxPool p) {
                return new int[] {
                    shrunk(in[0], p.kernel(), p.stride(), p.padding()),
                    shrunk(in[1], p.kernel(), p.stride(), p.padding())
                };
            } else if (node.operation() instanceof UpsampleLike) {
                return sizes[node.inputs().get(1).index()];
            }
            return in;
        }

        private static int shrunk(int side, int reach, int stride, int padding) {
            return (side + 2 * padding - reach) / stride + 1;
        }
    }

    /** A parameter or running statistic: its original name, what it is for, its shape. */
    public record ParameterSpec(String name, Parameter.Type type, Shape shape) {
        public boolean isStatistic() {
            return type == Parameter.Type.RUNNING_MEAN || type == Parameter.Type.RUNNING_VAR;
        }
    }

    /**
     * One step of a graph. Equal only to itself: comparing by value would walk the whole network, and through its
     * shortcuts
     * many times.
     */
    public static final class Node {
        private final int index;
        private final Operation operation;
        private final List<Node> inputs;

        Node(int index, Operation operation, List<Node> inputs) {
            this.index = index;
            this.operation = operation;
            this.inputs = List.copyOf(inputs);
        }

        /** Place in {@link Graph#nodes}; inputs have lower ones. */
        public int index() {
            return index;
        }

        public Operation operation() {
            return operation;
        }

        public List<Node> inputs() {
            return inputs;
        }

        @Override
        public String toString() {
            return index + " = " + operation + inputs.stream().map(Node::index).toList();
        }
    }

    /** Whether a checkpoint holds exactly the tensors of a graph. */
    static final class CheckpointFit {
        private static final int LISTED = 4;

        private CheckpointFit() {}

        /**
         * PyTorch counts the batches that batch-norm has seen, and the weights that an average is of; nothing here uses
         * that.
         */
        static boolean isCounter(String name) {
            return name.endsWith("num_batches_tracked") || name.equals("n_averaged") || name.endsWith(".n_averaged");
        }

        /**
         * @throws CheckpointException if a tensor is missing, left over or of another shape, holds a value that is not
         *     finite, or a variance below 0
         */
        static void check(Graph graph, Checkpoint checkpoint) {
            Map<String, Tensor> left = new LinkedHashMap<>(checkpoint.tensors());
            left.keySet().removeIf(CheckpointFit::isCounter);
            List<String> missing = new ArrayList<>();
            List<String> misshapen = new ArrayList<>();
            for (ParameterSpec spec : graph.parameters()) {
                Tensor tensor = left.remove(spec.name());
                if (tensor == null) {
                    missing.add(spec.name());
                } else if (!Arrays.equals(tensor.shape(), spec.shape().getShape())) {
                    misshapen.add(spec.name() + " is " + Arrays.toString(tensor.shape()) + ", expected "
                            + Arrays.toString(spec.shape().getShape()));
                }
            }
            List<String> problems = new ArrayList<>();
            list(problems, "missing", missing);
            list(problems, "left over", List.copyOf(left.keySet()));
            list(problems, "of another shape", misshapen);
            if (!problems.isEmpty()) {
                throw new CheckpointException("the checkpoint does not fit " + graph.architecture() + ": "
                        + String.join("; ", problems) + "; " + advice(graph, checkpoint));
            }
            List<String> faults = checkpoint.faults();
            if (!faults.isEmpty()) {
                throw new CheckpointException("the weights are damaged: "
                        + String.join(", ", faults.subList(0, Math.min(LISTED, faults.size())))
                        + (faults.size() > LISTED ? " and " + (faults.size() - LISTED) + " more" : "")
                        + "; take a checkpoint from before training went wrong");
            }
        }

        private static void list(List<String> problems, String what, List<String> names) {
            if (!names.isEmpty()) {
                String first = String.join(", ", names.subList(0, Math.min(LISTED, names.size())));
                problems.add(names.size() + " " + what + " (" + first + (names.size() > LISTED ? ", …)" : ")"));
            }
        }

        private static String advice(Graph graph, Checkpoint checkpoint) {
            return Architecture.guess(checkpoint)
                    .map(guess -> "the file seems to be " + guess.architecture().key() + " with "
                            + guess.heads().tasks().stream().map(t -> t.key()).toList()
                            + (guess.heads().classes() > 0
                                    ? " and " + guess.heads().classes() + " classes"
                                    : ""))
                    .map(seems -> seems + (seems.contains(graph.architecture()) ? ": check tasks and classes" : ""))
                    .orElse("the file is of no architecture known here");
        }
    }

    /** Walks a graph from the pictures to its outputs. */
    public static final class GraphRun {
        private final Graph graph;
        private final int[] lastReaders;

        public GraphRun(Graph graph) {
            this.graph = graph;
            this.lastReaders = graph.lastReaders();
        }

        /**
         * @param release drop each result after its last reader; a recorded gradient keeps what it needs all the same
         */
        public Map<Task, NDArray> run(NDArray imagesNchw, Operations operations, boolean release) {
            NDArray[] values = new NDArray[graph.nodes().size()];
            try {
                for (Node node : graph.nodes()) {
                    if (node.operation() instanceof Operation.Input) {
                        values[node.index()] = imagesNchw;
                        continue;
                    }
                    List<NDArray> inputs =
                            node.inputs().stream().map(i -> values[i.index()]).toList();
                    values[node.index()] = operations.apply(node.operation(), inputs);
                    if (release) {
                        closeReadBy(node, values, imagesNchw);
                    }
                }
                Map<Task, NDArray> outputs = new EnumMap<>(Task.class);
                graph.outputs().forEach((task, node) -> outputs.put(task, values[node.index()]));
                return outputs;
            } catch (RuntimeException e) {
                Arrays.stream(values).filter(v -> v != null && v != imagesNchw).forEach(NDArray::close);
                throw e;
            }
        }

        private void closeReadBy(Node node, NDArray[] values, NDArray images) {
            for (Node input : node.inputs()) {
                NDArray value = values[input.index()];
                if (lastReaders[input.index()] == node.index() && value != images) {
                    value.close();
                }
            }
        }

        /** How the operations of a graph are carried out. */
        public interface Operations {
            /** @param inputs the results of the node's inputs; not to be closed */
            NDArray apply(Operation operation, List<NDArray> inputs);
        }
    }

    /**
     * The operations as they are once training is over.
     *
     * @param weights by name; stay the caller's
     */
    public record EvaluationOperations(Function<String, NDArray> weights) implements Operations {
        @Override
        public NDArray apply(Operation operation, List<NDArray> inputs) {
            NDArray x = inputs.get(0);
            if (operation instanceof Convolution layer) {
                return convolve(x, layer);
            } else if (operation instanceof BatchNorm norm) {
                return batchNorm(x, norm);
            } else if (operation instanceof Activate activate) {
                return activate.activation() == Activation.RELU6 ? Tensors.relu6(x) : Tensors.relu(x);
            } else if (operation instanceof Add) {
                return x.add(inputs.get(1));
            } else if (operation instanceof MaxPool pool) {
                return Tensors.maxPoolSeparably(x, pool.kernel(), pool.stride(), pool.padding());
            } else if (operation instanceof UpsampleLike upsample) {
                return Tensors.upsampleLike(x, inputs.get(1), upsample.alignCorners());
            } else if (operation instanceof Dropout dropout) {
                return Tensors.dropout(x, dropout.rate(), false);
            }
            throw new IllegalArgumentException("no operation " + operation);
        }

        private NDArray convolve(NDArray x, Convolution layer) {
            NDArray weight = weights.apply(layer.weight());
            if (layer.isChannelProduct()) {
                return Tensors.multiplyChannels(x, weight);
            }
            String bias = layer.biasName();
            @Nullable NDArray biasArray = bias == null ? null : weights.apply(bias);
            return Tensors.convolve(
                    x, weight, biasArray, layer.stride(), layer.padding(), layer.dilation(), layer.groups());
        }

        private NDArray batchNorm(NDArray x, BatchNorm norm) {
            NDArray weight = weights.apply(norm.name() + ".weight");
            NDArray bias = weights.apply(norm.name() + ".bias");
            NDArray mean = weights.apply(norm.name() + ".running_mean");
            NDArray variance = weights.apply(norm.name() + ".running_var");
            return Tensors.batchNorm(x, weight, bias, mean, variance, false, norm.epsilon());
        }
    }
}
