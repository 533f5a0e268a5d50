package dev.understudy.trainer.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.engine.ParameterLists;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.network.Network;
import dev.understudy.trainer.optimiser.Optimiser.NamedArrays;
import dev.understudy.trainer.optimiser.OptimiserConfiguration.GroupRecipe;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Moves a network's parameters by their gradients, in place. Batch-norm's running statistics are not among them. Its
 * state is named after the parameters, so that it can be saved and taken up again. Used by one thread.
 */
public final class Optimiser implements AutoCloseable {
    private final Network network;
    private final OptimiserConfiguration configuration;
    private final List<TrainedParameter> parameters = new ArrayList<>();
    private long steps;

    /** Makes every parameter of {@code network} that is to move ask for its gradient. */
    public Optimiser(Network network, OptimiserConfiguration configuration) {
        this.network = network;
        this.configuration = configuration;
        try (Autograd.Mode paused = Autograd.paused()) {
            network.parameters().forEach(this::add);
        }
    }

    private void add(String name, Parameter parameter) {
        double rate = rate(name);
        if (isStatistic(parameter)) {
            return;
        }
        parameter.getArray().setRequiresGradient(rate > 0);
        if (rate > 0) {
            List<NDArray> slots = new ArrayList<>();
            configuration.rule().slots().forEach(slot -> slots.add(Tensors.zerosLike(parameter.getArray())));
            parameters.add(new TrainedParameter(name, parameter.getArray(), slots, rate, decay(name, parameter)));
        }
    }

    private static boolean isStatistic(Parameter parameter) {
        return parameter.getType() == Parameter.Type.RUNNING_MEAN || parameter.getType() == Parameter.Type.RUNNING_VAR;
    }

    private double rate(String name) {
        return configuration.groups().stream()
                .filter(group -> group.holds(name))
                .findFirst()
                .map(GroupRecipe::rate)
                .orElse(network.isEncoder(name) ? configuration.encoderRate() : configuration.decoderRate());
    }

    private double decay(String name, Parameter parameter) {
        boolean vector = parameter.getArray().getShape().dimension() < 2;
        if (vector && !configuration.decayNormAndBias()) {
            return 0;
        }
        return configuration.groups().stream()
                .filter(group -> group.holds(name) && group.weightDecay() != null)
                .findFirst()
                .map(GroupRecipe::weightDecay)
                .orElse(configuration.weightDecay());
    }

    /** As {@link #step(double, LossScale)}, by gradients that nothing was multiplied by. */
    public void step(double factor) {
        step(factor, LossScale.none());
    }

    /**
     * Moves every parameter that has a gradient, then forgets the gradients. With a scale, gradients that are not all
     * finite are forgotten and nothing moves.
     *
     * @param factor of the schedule, by which the rates are multiplied
     * @param scale that the gradients were multiplied by
     * @return whether the step was taken
     */
    public boolean step(double factor, LossScale scale) {
        try (Autograd.Mode paused = Autograd.paused()) {
            Double most = configuration.clipNorm();
            double norm = most == null && !scale.isOn() ? 0 : gradientNorm() / scale.value();
            boolean taken = !scale.isOn() || Double.isFinite(norm);
            if (taken) {
                steps++;
                move(factor, (most != null && norm > most ? most / norm : 1) / scale.value());
            }
            network.zeroGradients();
            return taken;
        }
    }

    /** @param share that gradients are multiplied by */
    private void move(double factor, double share) {
        List<TrainedParameter> moving = parameters.stream()
                .filter(p -> network.gradient(p.name()) != null)
                .toList();
        if (share != 1) {
            ParameterLists.scale(gradients(moving), share);
        }
        moving.stream()
                .collect(Collectors.groupingBy(
                        p -> List.of(p.rate(), p.decay()), LinkedHashMap::new, Collectors.toList()))
                .values()
                .forEach(group -> move(group, factor));
    }

    /** @param group of one rate and one decay */
    private void move(List<TrainedParameter> group, double factor) {
        List<List<NDArray>> slots = new ArrayList<>();
        for (int i = 0; i < configuration.rule().slots().size(); i++) {
            int slot = i;
            slots.add(group.stream().map(p -> p.slots().get(slot)).toList());
        }
        TrainedParameter first = group.get(0);
        configuration
                .rule()
                .update(
                        group.stream().map(TrainedParameter::array).toList(),
                        gradients(group),
                        slots,
                        factor * first.rate(),
                        first.decay(),
                        steps);
    }

    private List<NDArray> gradients(List<TrainedParameter> group) {
        return group.stream()
                .map(p -> Objects.requireNonNull(network.gradient(p.name())))
                .toList();
    }

    /** The L2 norm of all gradients that have gathered, taken together. */
    public double gradientNorm() {
        double squares = 0;
        for (double norm : gradientNorms().values()) {
            squares += norm * norm;
        }
        return Math.sqrt(squares);
    }

    /** The L2 norm of each gradient that has gathered, by parameter. */
    public Map<String, Double> gradientNorms() {
        List<TrainedParameter> reached = parameters.stream()
                .filter(p -> network.gradient(p.name()) != null)
                .toList();
        Map<String, Double> norms = new LinkedHashMap<>();
        float[] found = reached.isEmpty() ? new float[0] : ParameterLists.norms(gradients(reached));
        for (int i = 0; i < found.length; i++) {
            norms.put(reached.get(i).name(), (double) found[i]);
        }
        return norms;
    }

    /** How many steps were taken, over all resumptions. */
    public long steps() {
        return steps;
    }

    /** A copy of what is kept beside the parameters, as {@code <slot>/<parameter>}. */
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        List<String> slots = configuration.rule().slots();
        for (TrainedParameter parameter : parameters) {
            for (int i = 0; i < slots.size(); i++) {
                state.put(
                        slots.get(i) + "/" + parameter.name(),
                        NamedArrays.copyOf(parameter.slots().get(i)));
            }
        }
        return state;
    }

    /**
     * Takes up where {@link #state} was.
     *
     * @throws IllegalArgumentException if a tensor is missing or of another shape
     */
    public void restore(Map<String, Tensor> state, long stepsSoFar) {
        List<String> slots = configuration.rule().slots();
        for (TrainedParameter parameter : parameters) {
            for (int i = 0; i < slots.size(); i++) {
                NamedArrays.set(parameter.slots().get(i), slots.get(i) + "/" + parameter.name(), state);
            }
        }
        steps = stepsSoFar;
    }

    @Override
    public void close() {
        parameters.forEach(parameter -> parameter.slots().forEach(NDArray::close));
    }

    /**
     * A parameter that moves, and what is kept beside it.
     *
     * @param array the network's own
     * @param slots the rule's, the optimiser's own
     * @param rate before the schedule
     */
    record TrainedParameter(String name, NDArray array, List<NDArray> slots, double rate, double decay) {}

    /** The engine's arrays to and from tensors of a checkpoint. */
    static final class NamedArrays {
        private NamedArrays() {}

        static Tensor copyOf(NDArray array) {
            return Tensor.of(array.getShape().getShape(), array.toFloatArray());
        }

        /** Copies the tensor {@code name} into {@code array}, which keeps its layout. */
        static void set(NDArray array, String name, Map<String, Tensor> state) {
            Tensor tensor = state.get(name);
            if (tensor == null) {
                throw new IllegalArgumentException("training state lacks " + name);
            }
            Shape shape = new Shape(tensor.shape());
            if (!shape.equals(array.getShape())) {
                throw new IllegalArgumentException(name + " is " + shape + ", expected " + array.getShape());
            }
            try (Autograd.Mode paused = Autograd.paused();
                    NDArray values = array.getManager().create(tensor.toFloats(), shape)) {
                Autograd.copy(values, array);
            }
        }
    }

    /**
     * An exponential moving average of a network's parameters and running statistics: a ← d·a + (1 − d)·p after each
     * step,
     * where d grows from (1 + t)/(10 + t) to its configured value. Used by one thread.
     */
    public static final class MovingAverage implements AutoCloseable {
        private final Map<String, NDArray> parameters = new LinkedHashMap<>();
        private final Map<String, NDArray> averages = new LinkedHashMap<>();
        private final double decay;

        /** Starts from the network as it is. */
        public MovingAverage(Network network, double decay) {
            this.decay = decay;
            try (Autograd.Mode paused = Autograd.paused()) {
                for (Map.Entry<String, Parameter> entry : network.parameters().entrySet()) {
                    NDArray array = entry.getValue().getArray();
                    NDArray average = Tensors.zerosLike(array);
                    Autograd.copy(array, average);
                    parameters.put(entry.getKey(), array);
                    averages.put(entry.getKey(), average);
                }
            }
        }

        /** @param step 1 after the first */
        public void update(long step) {
            double d = Math.min(decay, (1.0 + step) / (10.0 + step));
            try (Autograd.Mode paused = Autograd.paused()) {
                ParameterLists.average(List.copyOf(averages.values()), List.copyOf(parameters.values()), d);
            }
        }

        /** Puts the average into the network and what was there into the average: twice = nothing happened. */
        public void swap() {
            try (Autograd.Mode paused = Autograd.paused()) {
                averages.forEach((name, average) -> {
                    NDArray parameter = parameters.get(name);
                    try (NDArray kept = parameter.duplicate()) {
                        Autograd.copy(average, parameter);
                        Autograd.copy(kept, average);
                    }
                });
            }
        }

        /** A copy, as {@code average/<parameter>}. */
        public Map<String, Tensor> state() {
            Map<String, Tensor> state = new LinkedHashMap<>();
            averages.forEach((name, average) -> state.put("average/" + name, NamedArrays.copyOf(average)));
            return state;
        }

        /** Takes up where {@link #state} was. */
        public void restore(Map<String, Tensor> state) {
            averages.forEach((name, average) -> NamedArrays.set(average, "average/" + name, state));
        }

        @Override
        public void close() {
            averages.values().forEach(NDArray::close);
        }
    }

    /**
     * Differentiation on PyTorch arrays. The engine's gradient mode belongs to the calling thread, and threads other
     * than the one that loaded the engine start with it on: whoever needs it on or off says so here.
     *
     * <p>DJL's own {@code GradientCollector} allows one per process and can only start from one scalar of ones; nothing
     * else is different.
     */
    public static final class Autograd {
        private static final NDIndex EVERYTHING = new NDIndex("...");

        private Autograd() {}

        /** A stretch of code under one gradient mode; closing it brings back the mode before. */
        public interface Mode extends AutoCloseable {
            @Override
            void close();
        }

        /** Operations of this thread are recorded. */
        public static Mode recording() {
            return mode(true);
        }

        /** Operations of this thread are not recorded, so that parameters may change in place. */
        public static Mode paused() {
            return mode(false);
        }

        private static Mode mode(boolean on) {
            boolean before = JniUtils.isGradMode();
            JniUtils.setGradMode(on);
            return () -> JniUtils.setGradMode(before);
        }

        /**
         * Adds the derivatives of {@code scalar} to the gradients of every parameter that it came from; frees the
         * graph.
         */
        public static void backward(NDArray scalar) {
            Tensors.backward(scalar);
        }

        /**
         * The gradient that has gathered on a parameter, as an array that the caller closes and may change; null if
         * none has ever reached it.
         */
        public static @Nullable NDArray gradient(NDArray parameter) {
            return JniUtils.getGradient((PtNDArray) parameter);
        }

        /** Sets the gathered gradient to zero, if there is one. */
        public static void zeroGradient(NDArray parameter) {
            JniUtils.zeroGrad((PtNDArray) parameter);
        }

        /** Copies {@code from} into {@code to}, which keeps its memory and layout. Call it while {@link #paused}. */
        public static void copy(NDArray from, NDArray to) {
            to.set(EVERYTHING, from);
        }
    }
}
