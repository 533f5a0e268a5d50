package dev.understudy.model.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Parameter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.engine.ParameterLists;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.Operation.BatchNorm;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One network on several devices, each of which goes through its share of the pictures of a batch. The weights live on
 * the first; the others get a copy before each pass and give their gradients back after it, each in one piece.
 * Batch-norm takes the statistics of each share by itself, and the running ones from the first, as PyTorch's {@code
 * DataParallel} does. Outside training the first works alone.
 */
public final class DataParallelNetwork implements Network {
    private final GraphNetwork first;
    private final List<GraphNetwork> all;
    private final ExecutorService threads;
    private List<Share> shares = List.of();

    /** Pictures {@code from} to {@code to}, exclusive, of the last pass for training. */
    private record Share(int from, int to, NDManager manager) {}

    private DataParallelNetwork(List<GraphNetwork> all) {
        this.first = all.get(0);
        this.all = List.copyOf(all);
        this.threads = Executors.newFixedThreadPool(all.size(), work -> {
            Thread thread = new Thread(work, "data-parallel");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * @param devices the weights live on the first; one device gives a plain network
     * @param seed of fresh weights
     */
    public static Network create(Graph graph, List<Device> devices, long seed) {
        GraphNetwork first = new GraphNetwork(graph, devices.get(0), seed);
        if (devices.size() == 1) {
            return first;
        }
        List<GraphNetwork> all = new ArrayList<>(List.of(first));
        try {
            for (Device device : devices.subList(1, devices.size())) {
                all.add(new GraphNetwork(graph, device, seed));
            }
            return new DataParallelNetwork(all);
        } catch (RuntimeException e) {
            all.forEach(Network::close);
            throw e;
        }
    }

    @Override
    public Map<Task, NDArray> forward(NDArray imagesNchw, boolean training) {
        if (!training) {
            return first.forward(imagesNchw, false);
        }
        boolean before = Tensors.gradients(false);
        try {
            copyToOthers();
            shares = shares(imagesNchw);
            List<NDArray> images = new ArrayList<>();
            for (int i = 0; i < shares.size(); i++) {
                images.add(part(imagesNchw, i));
            }
            return joined(
                    atOnce(i -> all.get(i).forward(images.get(i), true)),
                    imagesNchw.getManager(),
                    imagesNchw.getDevice());
        } finally {
            Tensors.gradients(before);
        }
    }

    @Override
    public void observeNorms(NDArray imagesNchw, BiConsumer<BatchNorm, NDArray> observer) {
        first.observeNorms(imagesNchw, observer);
    }

    /** As even as whole pictures allow; a device may go without. */
    private List<Share> shares(NDArray images) {
        int pictures = (int) images.getShape().get(0);
        int used = Math.min(pictures, all.size());
        List<Share> even = new ArrayList<>();
        for (int i = 0; i < used; i++) {
            NDManager manager = images.getManager().newSubManager(device(i));
            even.add(new Share(pictures * i / used, pictures * (i + 1) / used, manager));
        }
        return even;
    }

    private Device device(int index) {
        return all.get(index).parameters().values().iterator().next().getArray().getDevice();
    }

    private NDArray part(NDArray whole, int index) {
        Share share = shares.get(index);
        NDArray moved = whole.get(new NDIndex(share.from() + ":" + share.to())).toDevice(device(index), false);
        moved.attach(share.manager());
        return moved;
    }

    private static Map<Task, NDArray> joined(List<Map<Task, NDArray>> parts, NDManager manager, Device device) {
        Map<Task, NDArray> outputs = new EnumMap<>(Task.class);
        for (Task task : parts.get(0).keySet()) {
            NDList moved = new NDList();
            parts.forEach(part -> moved.add(part.get(task).toDevice(device, false)));
            NDArray whole = NDArrays.concat(moved, 0);
            whole.attach(manager);
            outputs.put(task, whole);
        }
        return outputs;
    }

    @Override
    public void backward(Map<Task, NDArray> byOutputs) {
        boolean before = Tensors.gradients(false);
        try {
            List<Map<Task, NDArray>> parts = new ArrayList<>();
            for (int i = 0; i < shares.size(); i++) {
                Map<Task, NDArray> part = new EnumMap<>(Task.class);
                for (Map.Entry<Task, NDArray> whole : byOutputs.entrySet()) {
                    part.put(whole.getKey(), part(whole.getValue(), i));
                }
                parts.add(part);
            }
            atOnce(i -> {
                all.get(i).backward(parts.get(i));
                return i;
            });
            all.subList(1, shares.size()).forEach(this::gather);
            shares.forEach(share -> share.manager().close());
            shares = List.of();
        } finally {
            Tensors.gradients(before);
        }
    }

    private void copyToOthers() {
        try (NDArray flat = ParameterLists.flat(arrays(first))) {
            for (int i = 1; i < all.size(); i++) {
                GraphNetwork other = all.get(i);
                onDevice(flat, i, moved -> ParameterLists.spread(moved, arrays(other)));
                first.parameters().forEach((name, parameter) -> {
                    boolean wanted = parameter.getArray().hasGradient();
                    if (other.trains(name) != wanted) {
                        other.array(name).setRequiresGradient(wanted);
                    }
                });
            }
        }
    }

    private static List<NDArray> arrays(GraphNetwork network) {
        return network.parameters().values().stream().map(Parameter::getArray).toList();
    }

    /** Does something with an array on another device, to where it is copied if that is not its own. */
    private void onDevice(NDArray array, int index, Consumer<NDArray> work) {
        NDArray moved = array.toDevice(device(index), false);
        try {
            work.accept(moved);
        } finally {
            if (moved != array) {
                moved.close();
            }
        }
    }

    private void gather(GraphNetwork other) {
        List<String> names = first.parameters().keySet().stream()
                .filter(name -> other.gradient(name) != null)
                .toList();
        if (!names.isEmpty()) {
            List<NDArray> theirs = names.stream().map(other::gradient).toList();
            List<NDArray> ours = names.stream().map(first::gathered).toList();
            try (NDArray flat = ParameterLists.flat(theirs)) {
                onDevice(flat, 0, moved -> ParameterLists.add(moved, ours));
            }
        }
        other.zeroGradients();
    }

    /** Does something for every share, each on a thread of its own. */
    private <T> List<T> atOnce(IntFunction<T> work) {
        List<Future<T>> running = new ArrayList<>();
        for (int i = 0; i < shares.size(); i++) {
            int index = i;
            running.add(threads.submit(() -> work.apply(index)));
        }
        List<T> results = new ArrayList<>();
        RuntimeException failure = null;
        // All are waited for, whatever becomes of one: nobody may still compute when this returns.
        for (Future<T> result : running) {
            try {
                results.add(result.get());
            } catch (ExecutionException e) {
                failure = e.getCause() instanceof RuntimeException cause
                        ? cause
                        : new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failure = new IllegalStateException("interrupted while devices compute", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return results;
    }

    @Override
    public String architecture() {
        return first.architecture();
    }

    @Override
    public List<Task> tasks() {
        return first.tasks();
    }

    @Override
    public @Nullable NDArray gradient(String parameter) {
        return first.gradient(parameter);
    }

    @Override
    public void zeroGradients() {
        first.zeroGradients();
    }

    @Override
    public Map<String, Parameter> parameters() {
        return first.parameters();
    }

    @Override
    public boolean isEncoder(String parameter) {
        return first.isEncoder(parameter);
    }

    @Override
    public void freezeBatchNorm(boolean frozen) {
        all.forEach(network -> network.freezeBatchNorm(frozen));
    }

    @Override
    public void trainIn(Precision precision) {
        all.forEach(network -> network.trainIn(precision));
    }

    @Override
    public void load(Checkpoint checkpoint) {
        first.load(checkpoint);
    }

    @Override
    public Checkpoint snapshot() {
        return first.snapshot();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        all.forEach(Network::close);
    }
}
