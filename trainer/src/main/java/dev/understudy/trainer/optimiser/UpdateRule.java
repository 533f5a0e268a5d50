package dev.understudy.trainer.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import java.util.List;

/** The formula by which one parameter moves; its components are what recipes set. Works in place, with no gradient mode. */
public sealed interface UpdateRule {
    /** Names of the arrays that the rule keeps beside each parameter, of its shape, zero at first. */
    List<String> slots();

    /**
     * Moves one parameter.
     *
     * @param gradient may be changed
     * @param slots in the order of {@link #slots}
     * @param rate and {@code decay} of the parameter's group
     * @param step 1 for the first
     */
    void update(NDArray parameter, NDArray gradient, List<NDArray> slots, double rate, double decay, long step);

    /**
     * Stochastic gradient descent with momentum as PyTorch defines it: g ← g + decay·p; m ← momentum·m + g; p ← p − rate·m,
     * with Nesterov p ← p − rate·(g + momentum·m). The rate is not folded into m, so that it may change.
     */
    @Named("sgd")
    record Sgd(
            @Default("0.9") double momentum,
            @Default("false") boolean nesterov) implements UpdateRule {
        public Sgd {
            new Checks()
                    .that(
                            momentum >= 0 && momentum < 1,
                            "momentum",
                            "must be at least 0 and below 1, found " + momentum)
                    .that(!nesterov || momentum > 0, "nesterov", "needs a momentum above 0")
                    .verify();
        }

        @Override
        public List<String> slots() {
            return momentum > 0 ? List.of("momentum") : List.of();
        }

        @Override
        public void update(
                NDArray parameter, NDArray gradient, List<NDArray> slots, double rate, double decay, long step) {
            addScaled(gradient, parameter, decay);
            if (momentum == 0) {
                addScaled(parameter, gradient, -rate);
                return;
            }
            NDArray velocity = slots.get(0);
            scale(velocity, momentum);
            velocity.addi(gradient);
            if (nesterov) {
                addScaled(gradient, velocity, momentum);
            }
            addScaled(parameter, nesterov ? gradient : velocity, -rate);
        }
    }

    /**
     * Adam with decoupled weight decay (Loshchilov and Hutter 2019) as PyTorch defines it.
     *
     * @param beta1 of the mean of gradients
     * @param beta2 of the mean of their squares
     */
    @Named("adamw")
    record AdamW(
            @Default("0.9") double beta1,
            @Default("0.999") double beta2,
            @Default("1e-8") double epsilon) implements UpdateRule {
        public AdamW {
            new Checks()
                    .that(beta1 >= 0 && beta1 < 1, "beta1", "must be at least 0 and below 1, found " + beta1)
                    .that(beta2 >= 0 && beta2 < 1, "beta2", "must be at least 0 and below 1, found " + beta2)
                    .positive("epsilon", epsilon)
                    .verify();
        }

        @Override
        public List<String> slots() {
            return List.of("mean", "square");
        }

        @Override
        public void update(
                NDArray parameter, NDArray gradient, List<NDArray> slots, double rate, double decay, long step) {
            NDArray mean = slots.get(0);
            NDArray square = slots.get(1);
            scale(parameter, 1 - rate * decay);
            scale(mean, beta1);
            addScaled(mean, gradient, 1 - beta1);
            scale(square, beta2);
            gradient.muli(gradient);
            addScaled(square, gradient, 1 - beta2);
            try (NDArray root = square.sqrt()) {
                scale(root, 1 / Math.sqrt(1 - Math.pow(beta2, step)));
                try (NDArray floor = scalar(root, epsilon)) {
                    root.addi(floor);
                }
                try (NDArray direction = mean.div(root)) {
                    addScaled(parameter, direction, -rate / (1 - Math.pow(beta1, step)));
                }
            }
        }
    }

    /** target ← target · factor. */
    private static void scale(NDArray target, double factor) {
        try (NDArray number = scalar(target, factor)) {
            target.muli(number);
        }
    }

    /** target ← target + factor·by. */
    private static void addScaled(NDArray target, NDArray by, double factor) {
        if (factor == 0) {
            return;
        }
        try (NDArray number = scalar(by, factor);
                NDArray scaled = by.mul(number)) {
            target.addi(scaled);
        }
    }

    private static NDArray scalar(NDArray like, double value) {
        NDManager manager = like.getManager();
        return manager.create(new float[] {(float) value}, new Shape()).toDevice(like.getDevice(), false);
    }
}
