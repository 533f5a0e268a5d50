package dev.understudy.trainer.optimiser;

import ai.djl.ndarray.NDArray;
import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.model.engine.ParameterLists;
import java.util.List;

/** The formula by which parameters move; its components are what recipes set. Works in place, with no gradient mode. */
public sealed interface UpdateRule {
    /** Names of the arrays that the rule keeps beside each parameter, of its shape, zero at first. */
    List<String> slots();

    /**
     * Moves parameters that share a rate and a decay.
     *
     * @param gradients may be changed
     * @param slots in the order of {@link #slots}, each a list with an array for every parameter
     * @param step 1 for the first
     */
    void update(
            List<NDArray> parameters,
            List<NDArray> gradients,
            List<List<NDArray>> slots,
            double rate,
            double decay,
            long step);

    /**
     * Stochastic gradient descent with momentum as PyTorch defines it: g ← g + decay·p; m ← momentum·m + g; p ← p −
     * rate·m, with Nesterov p ← p − rate·(g + momentum·m). The rate is not folded into m, so that it may change.
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
                List<NDArray> parameters,
                List<NDArray> gradients,
                List<List<NDArray>> slots,
                double rate,
                double decay,
                long step) {
            List<NDArray> velocities = slots.isEmpty() ? List.of() : slots.get(0);
            ParameterLists.sgd(parameters, gradients, velocities, rate, decay, momentum, nesterov);
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
                List<NDArray> parameters,
                List<NDArray> gradients,
                List<List<NDArray>> slots,
                double rate,
                double decay,
                long step) {
            ParameterLists.adamW(
                    parameters, gradients, slots.get(0), slots.get(1), step, rate, decay, beta1, beta2, epsilon);
        }
    }
}
