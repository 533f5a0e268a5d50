package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.engine.Derivatives;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.Graph.Node;
import dev.understudy.model.network.Operation.Activate;
import dev.understudy.model.network.Operation.Add;
import dev.understudy.model.network.Operation.BatchNorm;
import dev.understudy.model.network.Operation.Convolution;
import dev.understudy.model.network.Operation.Dropout;
import dev.understudy.model.network.Operation.Input;
import dev.understudy.model.network.Operation.MaxPool;
import dev.understudy.model.network.Operation.UpsampleLike;
import dev.understudy.model.network.Step.ActivationStep;
import dev.understudy.model.network.Step.BatchNormStep;
import dev.understudy.model.network.Step.ConvolutionStep;
import dev.understudy.model.network.Step.DropoutStep;
import dev.understudy.model.network.Step.MaxPoolStep;
import dev.understudy.model.network.Step.TrainedWeights;
import dev.understudy.model.network.Step.UpsampleStep;
import dev.understudy.model.network.TrainingPass.Cotangents.Flow;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Backpropagation through a graph, once there and once back. A result lives as long as a reader or the way back needs
 * it, and what nobody else needs is overwritten. Results are attached to the manager of the pictures.
 */
final class TrainingPass {
    private final Graph graph;
    private final TrainedWeights weights;
    private final Precision precision;
    private final boolean batchNormFrozen;
    private final boolean batchNormAtOnce;
    private final int[] readers;
    private final int[] lastReaders;
    private final @Nullable Step[] steps;
    private final @Nullable NDArray[] values;
    private final boolean[] kept;
    private final boolean[] trained;

    /**
     * @param precision of what layers hand on, there and back; pictures, outputs, weights and their gradients are
     *     float32
     * @param batchNormAtOnce see {@link BatchNormStep}
     */
    TrainingPass(
            Graph graph,
            TrainedWeights weights,
            Precision precision,
            boolean batchNormFrozen,
            boolean batchNormAtOnce) {
        int size = graph.nodes().size();
        this.precision = precision;
        this.batchNormAtOnce = batchNormAtOnce;
        this.graph = graph;
        this.weights = weights;
        this.batchNormFrozen = batchNormFrozen;
        this.readers = graph.readers();
        this.lastReaders = graph.lastReaders();
        this.steps = new Step[size];
        this.values = new NDArray[size];
        this.kept = new boolean[size];
        this.trained = new boolean[size];
        graph.nodes().forEach(this::plan);
    }

    private void plan(Node node) {
        Step step = step(node.operation());
        steps[node.index()] = step;
        kept[node.index()] |= step != null && step.keepsOutput();
        if (step != null && step.keepsInput()) {
            kept[node.inputs().get(0).index()] = true;
        }
        trained[node.index()] = hasTrainedParameter(node.operation())
                || differentiable(node).stream().anyMatch(input -> trained[input.index()]);
    }

    private @Nullable Step step(Operation operation) {
        if (operation instanceof Convolution layer) {
            return new ConvolutionStep(layer, weights, precision);
        } else if (operation instanceof BatchNorm norm) {
            return new BatchNormStep(norm, weights, batchNormFrozen, batchNormAtOnce);
        } else if (operation instanceof Activate activate) {
            return new ActivationStep(activate.activation());
        } else if (operation instanceof MaxPool pool) {
            return new MaxPoolStep(pool);
        } else if (operation instanceof UpsampleLike upsample) {
            return new UpsampleStep(upsample.alignCorners());
        } else if (operation instanceof Dropout dropout) {
            return new DropoutStep(dropout.rate());
        } else if (operation instanceof Add || operation instanceof Input) {
            return null;
        }
        throw new IllegalArgumentException("no operation " + operation);
    }

    private boolean hasTrainedParameter(Operation operation) {
        if (operation instanceof Convolution layer) {
            String bias = layer.biasName();
            return weights.trains(layer.weight()) || (bias != null && weights.trains(bias));
        }
        return operation instanceof BatchNorm norm
                && (weights.trains(norm.name() + ".weight") || weights.trains(norm.name() + ".bias"));
    }

    /** The inputs that a derivative goes on to. */
    private static List<Node> differentiable(Node node) {
        List<Node> inputs = node.inputs();
        return node.operation() instanceof UpsampleLike ? inputs.subList(0, 1) : inputs;
    }

    /** The outputs are the caller's; {@code imagesNchw} must live until the way back is done. */
    Map<Task, NDArray> forward(NDArray imagesNchw) {
        for (Node node : graph.nodes()) {
            values[node.index()] = node.operation() instanceof Input ? handedOn(imagesNchw) : value(node);
            for (Node input : node.inputs()) {
                if (lastReaders[input.index()] == node.index() && !kept[input.index()]) {
                    free(input);
                }
            }
        }
        Map<Task, NDArray> outputs = new EnumMap<>(Task.class);
        graph.outputs().forEach((task, node) -> outputs.put(task, handedOut(values[node.index()])));
        return outputs;
    }

    private NDArray handedOn(NDArray float32) {
        return precision.isShort() ? Derivatives.in(precision, float32) : float32;
    }

    private NDArray handedOut(NDArray value) {
        return precision.isShort() ? Derivatives.in(Precision.FLOAT32, value) : value;
    }

    private NDArray value(Node node) {
        List<NDArray> inputs =
                node.inputs().stream().map(i -> values[i.index()]).toList();
        Step step = steps[node.index()];
        if (step != null) {
            Node first = node.inputs().get(0);
            NDArray y = step.forward(inputs, isSpare(first));
            forgetIfOverwritten(first, y);
            return y;
        }
        for (int i = 0; i < 2; i++) {
            Node term = node.inputs().get(i);
            if (isSpare(term)) {
                NDArray sum = inputs.get(i);
                Tensors.addInPlace(sum, inputs.get(1 - i));
                forgetIfOverwritten(term, sum);
                return sum;
            }
        }
        return inputs.get(0).add(inputs.get(1));
    }

    private boolean isSpare(Node node) {
        return readers[node.index()] == 1 && !kept[node.index()] && !(node.operation() instanceof Input);
    }

    private void forgetIfOverwritten(Node input, NDArray result) {
        if (values[input.index()] == result) {
            values[input.index()] = null;
        }
    }

    /**
     * Adds to the gradients of all trained parameters.
     *
     * @param gradients by the outputs of some tasks; stay the caller's
     */
    void backward(Map<Task, NDArray> gradients) {
        Cotangents cotangents = new Cotangents(steps.length);
        gradients.forEach(
                (task, gradient) -> cotangents.add(graph.outputs().get(task).index(), flow(gradient)));
        List<Node> nodes = graph.nodes();
        IntStream.range(0, nodes.size())
                .map(i -> nodes.size() - 1 - i)
                .forEach(i -> backward(nodes.get(i), cotangents));
    }

    private Flow flow(NDArray gradient) {
        return precision.isShort() ? new Flow(handedOn(gradient)) : new Flow(gradient).share();
    }

    private void backward(Node node, Cotangents cotangents) {
        Flow flow = cotangents.take(node.index());
        Step step = steps[node.index()];
        if (flow != null && trained[node.index()]) {
            if (step == null) {
                passToTerms(node, flow, cotangents);
            } else {
                pass(node, step, flow, cotangents);
            }
        } else if (flow != null) {
            flow.release();
        }
        if (step != null) {
            step.close();
        }
        if (readers[node.index()] > 0 && !graph.outputs().containsValue(node)) {
            free(node);
        }
    }

    private void passToTerms(Node sum, Flow flow, Cotangents cotangents) {
        for (Node term : sum.inputs()) {
            if (trained[term.index()]) {
                cotangents.add(term.index(), flow.share());
            }
        }
        flow.release();
    }

    private void pass(Node node, Step step, Flow flow, Cotangents cotangents) {
        Node input = node.inputs().get(0);
        boolean wanted = trained[input.index()];
        NDArray dx = step.backward(flow.array(), values[input.index()], values[node.index()], !flow.isShared(), wanted);
        if (dx == flow.array()) {
            cotangents.add(input.index(), flow);
            return;
        }
        flow.release();
        if (dx != null && wanted) {
            cotangents.add(input.index(), new Flow(dx));
        } else if (dx != null) {
            dx.close();
        }
    }

    private void free(Node node) {
        NDArray value = values[node.index()];
        if (value != null && !(node.operation() instanceof Input)) {
            value.close();
        }
        values[node.index()] = null;
    }

    /**
     * The derivatives that have reached each node of a graph so far. A sum's derivative is that of both its terms: an
     * array can belong to several nodes, and is overwritten only when it belongs to one.
     */
    static final class Cotangents {
        private final @Nullable Flow[] flows;

        Cotangents(int nodes) {
            this.flows = new Flow[nodes];
        }

        /** An array and how many nodes it still belongs to. */
        static final class Flow {
            private final NDArray array;
            private int owners = 1;

            Flow(NDArray array) {
                this.array = array;
            }

            NDArray array() {
                return array;
            }

            boolean isShared() {
                return owners > 1;
            }

            /** One more owner. */
            Flow share() {
                owners++;
                return this;
            }

            /** One owner less; the last frees it. */
            void release() {
                if (--owners == 0) {
                    array.close();
                }
            }
        }

        /** Adds to what has reached a node, which becomes an owner in the caller's place. */
        void add(int node, Flow flow) {
            Flow before = flows[node];
            if (before == null) {
                flows[node] = flow;
            } else if (!before.isShared()) {
                before.array.addi(flow.array);
                flow.release();
            } else if (!flow.isShared()) {
                flow.array.addi(before.array);
                before.release();
                flows[node] = flow;
            } else {
                flows[node] = new Flow(before.array.add(flow.array));
                before.release();
                flow.release();
            }
        }

        /** What has reached a node; it leaves, and the caller is its owner. Null if nothing has. */
        @Nullable
        Flow take(int node) {
            Flow flow = flows[node];
            flows[node] = null;
            return flow;
        }
    }
}
