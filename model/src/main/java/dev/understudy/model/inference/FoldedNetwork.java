package dev.understudy.model.inference;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.inference.Fusion.FusedNode;
import dev.understudy.model.inference.Kernels.Kernel;
import dev.understudy.model.network.Graph;
import dev.understudy.model.network.Node;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A graph as a list of fused kernels, in channels-last order throughout. */
final class FoldedNetwork implements InferenceNetwork {
    /**
     * @param inputs places of what the kernel reads
     * @param spare by input: read here for the last time, and not the caller's
     */
    private record Step(Kernel kernel, int[] inputs, boolean[] spare, int result) {}

    private final Graph graph;
    private final NDManager manager;
    private final int threads;
    private final List<Step> steps;

    FoldedNetwork(Graph graph, Checkpoint checkpoint, Device device, int threads) {
        this.graph = graph;
        this.manager = NativeEngine.newManager(device);
        this.threads = threads;
        List<FusedNode> chains = Fusion.of(graph);
        int[] lastReaders = lastReaders(graph, chains);
        Kernels kernels = new Kernels(manager, checkpoint);
        boolean gradients = Tensors.gradients(false);
        this.steps =
                chains.stream().map(c -> step(c, kernels.of(c), lastReaders)).toList();
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
    public String architecture() {
        return graph.architecture();
    }

    @Override
    public List<Task> tasks() {
        return List.copyOf(graph.outputs().keySet());
    }

    @Override
    public NDManager newManager() {
        return manager.newSubManager();
    }

    @Override
    public Map<Task, NDArray> forward(NDArray imagesNchw) {
        NativeEngine.useThreads(threads);
        boolean gradients = Tensors.gradients(false);
        NDArray[] values = new NDArray[graph.nodes().size()];
        try {
            values[0] = Tensors.inChannelsLast(imagesNchw);
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
        } finally {
            Tensors.gradients(gradients);
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

    @Override
    public void close() {
        manager.close();
    }
}
