package dev.understudy.trainer.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.sun.management.OperatingSystemMXBean;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.benchmark.Durations;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.Network;
import dev.understudy.trainer.TrainingStep;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.loss.CrossEntropy;
import dev.understudy.trainer.loss.CrossEntropy.Normalisation;
import dev.understudy.trainer.loss.CrossEntropy.Softmax;
import dev.understudy.trainer.loss.DepthLoss.InverseHuber;
import dev.understudy.trainer.loss.JointLoss;
import dev.understudy.trainer.loss.LossConfiguration;
import dev.understudy.trainer.loss.NormalsLoss.CosineNormals;
import dev.understudy.trainer.loss.PixelLoss.Mean;
import dev.understudy.trainer.loss.WeightRecipe;
import dev.understudy.trainer.optimiser.Optimiser;
import dev.understudy.trainer.optimiser.OptimiserConfiguration;
import dev.understudy.trainer.optimiser.OptimiserConfiguration.Schedule;
import dev.understudy.trainer.optimiser.OptimiserConfigurationBuilder;
import dev.understudy.trainer.optimiser.UpdateRule;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One form of the network with all that a step needs, and how long its steps took. */
final class Contender implements AutoCloseable {
    private final TimedNetwork network;
    private final NDManager manager = NativeEngine.newManager(NativeEngine.cpu());
    private final Optimiser optimiser;
    private final JointLoss loss;
    private final Durations learning = new Durations();
    private final Durations update = new Durations();
    private final Durations step = new Durations();
    private final List<Double> processorMillis = new ArrayList<>();

    /** @param network closed with this */
    Contender(Network network) {
        this.network = new TimedNetwork(network);
        this.optimiser = new Optimiser(this.network, authors());
        this.loss = new LossConfiguration(
                        new CrossEntropy(Normalisation.VALID, Softmax.ALL, List.of(), 0),
                        new InverseHuber(Mean.VALID),
                        new CosineNormals(Mean.VALID),
                        new WeightRecipe.Equal())
                .of(network.tasks(), NativeEngine.threads());
    }

    /** The authors' settings, at a rate so small that fresh weights stay finite. */
    private static OptimiserConfiguration authors() {
        return OptimiserConfigurationBuilder.builder()
                .rule(new UpdateRule.Sgd(0.9, false))
                .encoderRate(1e-6)
                .decoderRate(1e-6)
                .groups(List.of())
                .weightDecay(1e-5)
                .decayNormAndBias(true)
                .schedule(new Schedule.Constant())
                .warmUpSteps(0)
                .build();
    }

    void step(Batch batch) {
        long before = processorNanos();
        step.time(() -> {
            learning.time(() -> new TrainingStep(network, loss, manager).learn(batch, 1));
            update.time(() -> optimiser.step(1));
        });
        processorMillis.add(1e-6 * (processorNanos() - before));
    }

    /** Of this thread where it works alone, or else of the process, whose loader is then counted too. */
    private static long processorNanos() {
        return NativeEngine.threads() == 1
                ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
                : ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                        .getProcessCpuTime();
    }

    /** Native arrays that stay from step to step. */
    int arrays() {
        NDArray parameter = network.parameters().values().iterator().next().getArray();
        return parameter.getManager().getManagedArrays().size()
                + manager.getManagedArrays().size();
    }

    void forget() {
        List.of(network.forward, network.backward, learning, update, step).forEach(Durations::clear);
        processorMillis.clear();
    }

    /** Processor time, which other programs hardly change. */
    double lastStep() {
        return processorMillis.get(processorMillis.size() - 1);
    }

    TrainingBenchmarkReport.Form form(double peakBytes) {
        return new TrainingBenchmarkReport.Form(
                network.forward.median(),
                learning.median() - network.forward.median() - network.backward.median(),
                network.backward.median(),
                update.median(),
                step.median(),
                Durations.median(processorMillis),
                peakBytes);
    }

    @Override
    public void close() {
        optimiser.close();
        network.close();
        manager.close();
    }

    /**
     * A network that notes how long its two halves take.
     *
     * @param forward times of {@link #forward(NDArray, boolean)}
     * @param backward times of {@link #backward(Map)}
     */
    private record TimedNetwork(Network network, Durations forward, Durations backward) implements Network.Wrapper {
        TimedNetwork(Network network) {
            this(network, new Durations(), new Durations());
        }

        @Override
        public Map<Task, NDArray> forward(NDArray imagesNchw, boolean training) {
            return forward.timed(() -> network.forward(imagesNchw, training));
        }

        @Override
        public void backward(Map<Task, NDArray> gradients) {
            backward.time(() -> network.backward(gradients));
        }
    }
}
