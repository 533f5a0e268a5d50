package dev.understudy.model.inference;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.engine.Activation;
import dev.understudy.model.engine.DilatedConvolution;
import dev.understudy.model.engine.FusedConvolution;
import dev.understudy.model.engine.NarrowConvolution;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.inference.FoldedNetwork.Kernels.Kernel;
import dev.understudy.model.inference.Fusion.FusedNode;
import dev.understudy.model.inference.InferenceNetwork.FoldedWeights;
import dev.understudy.model.network.Graph;
import dev.understudy.model.network.Graph.Node;
import dev.understudy.model.network.Operation;
import dev.understudy.model.network.Operation.Activate;
import dev.understudy.model.network.Operation.Add;
import dev.understudy.model.network.Operation.BatchNorm;
import dev.understudy.model.network.Operation.Convolution;
import dev.understudy.model.network.Operation.MaxPool;
import dev.understudy.model.network.Operation.UpsampleLike;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A graph as a list of fused kernels, in channels-last order throughout. */
final class FoldedNetwork extends InferenceNetwork.GraphEvaluation {
    /**
     * @param inputs places of what the kernel reads
     * @param spare by input: read here for the last time, and not the caller's
     */
    private record Step(Kernel kernel, int[] inputs, boolean[] spare, int result) {}

    private final Precision precision;
    private final List<Step> steps;

    /** @param precision not {@link Precision#AUTO} */
    FoldedNetwork(Graph graph, Checkpoint checkpoint, Device device, int threads, Precision precision) {
        super(graph, device, threads);
        this.precision = precision;
        List<FusedNode> chains = Fusion.of(graph);
        int[] lastReaders = lastReaders(graph, chains);
        Kernels kernels = new Kernels(manager, checkpoint, precision);
        boolean gradients = Tensors.gradients(false);
        this.steps = chains.stream()
                .map(c -> step(
                        c, graph.outputs().containsValue(c.result()) ? kernels.exact(c) : kernels.of(c), lastReaders))
                .toList();
        Tensors.gradients(gradients);
    }

    private static int[] lastReaders(Graph graph, List<FusedNode> chains) {
        int[] last = new int[graph.nodes().size()];
        for (FusedNode chain : chains) {
            chain.inputs().forEach(i -> last[i.index()] = chain.result().index());
        }
        graph.outputs().values().forEach(node -> last[node.index()] = Integer.MAX_VALUE);
        return last;
    }

    private static Step step(FusedNode chain, Kernel kernel, int[] lastReaders) {
        int[] inputs = chain.inputs().stream().mapToInt(Node::index).toArray();
        boolean[] spare = new boolean[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            boolean again = false;
            for (int j = 0; j < inputs.length; j++) {
                again |= j != i && inputs[j] == inputs[i];
            }
            spare[i] = lastReaders[inputs[i]] == chain.result().index() && inputs[i] != 0 && !again;
        }
        return new Step(kernel, inputs, spare, chain.result().index());
    }

    @Override
    Map<Task, NDArray> evaluate(NDArray imagesNchw) {
        NDArray[] values = new NDArray[graph.nodes().size()];
        try {
            values[0] = Tensors.inChannelsLast(imagesNchw);
            if (precision.isShort()) {
                NDArray exact = values[0];
                values[0] = Tensors.in(precision, exact);
                exact.close();
            }
            for (Step step : steps) {
                run(step, values);
            }
            values[0].close();
            Map<Task, NDArray> outputs = new EnumMap<>(Task.class);
            graph.outputs().forEach((task, node) -> outputs.put(task, values[node.index()]));
            return outputs;
        } catch (RuntimeException e) {
            Arrays.stream(values).filter(v -> v != null).forEach(NDArray::close);
            throw e;
        }
    }

    private static void run(Step step, NDArray[] values) {
        NDArray[] inputs = new NDArray[step.inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = values[step.inputs[i]];
        }
        NDArray result = step.kernel.run(inputs, step.spare);
        values[step.result] = result;
        for (int i = 0; i < inputs.length; i++) {
            if (step.spare[i] && inputs[i] != result) {
                inputs[i].close();
            }
        }
    }

    /**
     * Makes the kernel of each chain, with its weights in native memory.
     *
     * @param precision of what they read and give
     */
    record Kernels(NDManager manager, Checkpoint checkpoint, Precision precision) {
        Kernel of(FusedNode node) {
            Operation operation = node.operation();
            if (operation instanceof Convolution layer) {
                return layer.isChannelProduct() ? product(layer, node.activation()) : convolution(layer, node);
            } else if (operation instanceof BatchNorm norm) {
                return batchNorm(norm, node.activation());
            } else if (operation instanceof Add) {
                return (in, spare) -> add(in, spare, node.activation());
            } else if (operation instanceof Activate activate) {
                return (in, spare) -> activate(in[0], spare[0], activate.activation());
            } else if (operation instanceof MaxPool pool) {
                return (in, spare) -> Tensors.maxima(in[0], pool.kernel(), pool.stride(), pool.padding());
            } else if (operation instanceof UpsampleLike upsample) {
                return (in, spare) -> Tensors.upsampleLike(in[0], in[1], upsample.alignCorners());
            }
            throw new IllegalArgumentException("no kernel for " + operation);
        }

        /**
         * The kernel of a chain that gives float32 whatever it reads: an output is compared with others, and rounding
         * would decide between those that are close.
         */
        Kernel exact(FusedNode node) {
            if (!precision.isShort()) {
                return of(node);
            }
            Kernel kernel = new Kernels(manager, checkpoint, Precision.FLOAT32).of(node);
            return (in, spare) -> {
                NDArray[] exact = new NDArray[in.length];
                boolean[] ours = new boolean[in.length];
                for (int i = 0; i < in.length; i++) {
                    exact[i] = Tensors.in(Precision.FLOAT32, in[i]);
                    ours[i] = exact[i] != in[i];
                }
                NDArray result = kernel.run(exact, ours);
                for (NDArray one : exact) {
                    if (one != result) {
                        one.close();
                    }
                }
                return result;
            };
        }

        private Kernel convolution(Convolution layer, FusedNode node) {
            FoldedWeights folded = FoldedWeights.of(layer, node.norm(), checkpoint);
            Shape shape = new Shape(layer.out(), layer.in() / layer.groups(), layer.kernel(), layer.kernel());
            if (isNarrow(layer, node)) {
                NarrowConvolution narrow =
                        new NarrowConvolution(manager, folded.weight(), shape, folded.bias(), layer.geometry());
                return (in, spare) -> narrow.apply(in[0]);
            }
            if (isWide(layer, node)) {
                DilatedConvolution wide = new DilatedConvolution(
                        manager, folded.weight(), shape, folded.bias(), layer.geometry(), node.activation(), precision);
                return (in, spare) -> wide.apply(in[0]);
            }
            FusedConvolution kernel = new FusedConvolution(
                    manager, folded.weight(), shape, folded.bias(), layer.geometry(), node.activation(), precision);
            return node.adds()
                    ? (in, spare) -> kernel.applyAdding(in[0], in[1], spare[1])
                    : (in, spare) -> kernel.apply(in[0]);
        }

        private boolean isNarrow(Convolution layer, FusedNode node) {
            return precision == Precision.FLOAT32
                    && manager.getDevice().equals(NativeEngine.cpu())
                    && !node.adds()
                    && node.activation() == Activation.NONE
                    && NarrowConvolution.suits(layer.out(), layer.kernel(), layer.geometry());
        }

        private boolean isWide(Convolution layer, FusedNode node) {
            return precision == Precision.BFLOAT16
                    && manager.getDevice().equals(NativeEngine.cpu())
                    && !node.adds()
                    && DilatedConvolution.suits(layer.in(), layer.kernel(), layer.geometry());
        }

        private Kernel product(Convolution layer, Activation activation) {
            float[] weight = FoldedWeights.floats(checkpoint, layer.weight());
            NDArray byChannel = Tensors.create(manager, weight, new Shape(1, weight.length, 1, 1), precision);
            return (in, spare) -> {
                NDArray y = spare[0] ? in[0] : in[0].mul(byChannel);
                if (spare[0]) {
                    Tensors.multiplyInPlace(y, byChannel);
                }
                Tensors.activateInPlace(y, activation);
                return y;
            };
        }

        private Kernel batchNorm(BatchNorm norm, Activation activation) {
            NDArray weight = channels(norm.name() + ".weight");
            NDArray bias = channels(norm.name() + ".bias");
            NDArray mean = channels(norm.name() + ".running_mean");
            NDArray variance = channels(norm.name() + ".running_var");
            return (in, spare) -> {
                NDArray y = Tensors.batchNorm(in[0], weight, bias, mean, variance, false, norm.epsilon());
                Tensors.activateInPlace(y, activation);
                return y;
            };
        }

        private NDArray channels(String name) {
            float[] values = FoldedWeights.floats(checkpoint, name);
            return Tensors.create(manager, values, new Shape(values.length));
        }

        private static NDArray add(NDArray[] in, boolean[] spare, Activation activation) {
            NDArray sum = spare[0] ? in[0] : spare[1] ? in[1] : in[0].add(in[1]);
            if (sum == in[0] || sum == in[1]) {
                Tensors.addInPlace(sum, sum == in[0] ? in[1] : in[0]);
            }
            Tensors.activateInPlace(sum, activation);
            return sum;
        }

        private static NDArray activate(NDArray x, boolean spare, Activation activation) {
            NDArray y = spare ? x : x.duplicate();
            Tensors.activateInPlace(y, activation);
            return y;
        }

        /** Computes one chain. */
        interface Kernel {
            /**
             * @param inputs in the order of {@link FusedNode#inputs}
             * @param spare by input: nobody reads it afterwards, so it may be overwritten and returned
             */
            NDArray run(NDArray[] inputs, boolean[] spare);
        }
    }
}
