package dev.understudy.labeler;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.dataset.store.DepthEvidence;
import dev.understudy.dataset.store.Evidence;
import dev.understudy.dataset.store.SegmentationEvidence;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.inference.ClassMerge;
import dev.understudy.model.inference.FeatureMap;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.model.inference.Interpolation;
import dev.understudy.model.inference.NetworkPredictor;
import dev.understudy.model.inference.TopKReducer;
import dev.understudy.model.inference.View;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network that labels. Shows it each view of a picture in turn; segmentation is averaged in probability and depth in
 * metres, at the picture's own size. The full-size tensor of logits never exists.
 */
public final class NetworkExpert implements Expert {
    private final NetworkPredictor network;
    private final List<View> views;
    private final @Nullable ClassMerge merge;
    private final boolean depth;
    private final Interpolation interpolation;
    private final TopKReducer reducer;

    /**
     * @param network closed with this expert; to share one, pass {@link InferenceNetwork#lent}
     * @param plan that the network was built from
     * @param threads for resizing and reduction
     */
    public NetworkExpert(InferenceNetwork network, ExpertPlan plan, int threads) {
        this.network = new NetworkPredictor(network, plan.preprocessing(), threads);
        this.views = plan.views();
        this.merge = plan.merge();
        this.depth = plan.tasks().contains(Task.DEPTH);
        this.interpolation = plan.preprocessing().interpolation();
        this.reducer = new TopKReducer(Math.max(1, plan.topK()), interpolation, threads);
    }

    /**
     * Builds the network of a plan.
     *
     * @param threads that one forward pass may use
     */
    public static InferenceNetwork build(ExpertPlan plan, int threads) {
        return InferenceNetwork.of(
                plan.architecture(), plan.heads(), plan.checkpoint(), NativeEngine.start(plan.device()), threads);
    }

    /** An expert with a network of its own. */
    public static NetworkExpert load(ExpertConfiguration configuration, int threads) {
        ExpertPlan plan = ExpertPlan.of(configuration);
        return new NetworkExpert(build(plan, threads), plan, threads);
    }

    @Override
    public Evidence predict(Frame frame) {
        RgbImage image = frame.rgb();
        Map<Task, List<FeatureMap>> maps = new EnumMap<>(Task.class);
        for (View view : views) {
            network.features(image, view)
                    .forEach((task, map) ->
                            maps.computeIfAbsent(task, t -> new ArrayList<>()).add(map));
        }
        SegmentationEvidence segmentation = merge == null
                ? null
                : reducer.reduce(maps.get(Task.SEGMENTATION), image.width(), image.height(), merge);
        return new Evidence(
                image.width(),
                image.height(),
                segmentation,
                depth ? depth(maps.get(Task.DEPTH), image.width(), image.height()) : null);
    }

    private DepthEvidence depth(List<FeatureMap> maps, int width, int height) {
        double[] sum = new double[width * height];
        double[] squares = new double[width * height];
        for (FeatureMap map : maps) {
            float[] metres = map.resize(width, height, interpolation);
            for (int i = 0; i < metres.length; i++) {
                double value = Math.abs(metres[i]);
                sum[i] += value;
                squares[i] += value * value;
            }
        }
        float[] mean = new float[sum.length];
        float[] spread = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
            double m = sum[i] / maps.size();
            mean[i] = (float) m;
            spread[i] = maps.size() == 1 ? 0 : (float) Math.sqrt(Math.max(0, squares[i] / maps.size() - m * m));
        }
        return new DepthEvidence(mean, spread);
    }

    @Override
    public void close() {
        network.close();
    }
}
