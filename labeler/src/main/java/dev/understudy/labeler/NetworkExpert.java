package dev.understudy.labeler;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.model.inference.ClassMerge;
import dev.understudy.model.inference.FeatureMap;
import dev.understudy.model.inference.PictureNetwork;
import dev.understudy.model.inference.TopKReducer;
import dev.understudy.model.inference.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network that labels. Shows it each view of a picture in turn; segmentation is averaged in probability and depth in
 * metres, at the picture's own size. The full-size tensor of logits never exists.
 */
public final class NetworkExpert implements Expert {
    private final PictureNetwork network;
    private final ExpertPlan plan;
    private final TopKReducer reducer;

    /**
     * @param network closed with this expert; to share one, pass {@link PictureNetwork#lent}
     * @param plan that the network was built from
     * @param threads for resizing and reduction
     */
    public NetworkExpert(PictureNetwork network, ExpertPlan plan, int threads) {
        this.network = network;
        this.plan = plan;
        this.reducer = new TopKReducer(Math.max(1, plan.topK()), plan.interpolation(), threads);
    }

    /** An expert with a network of its own. */
    public static NetworkExpert load(ExpertConfiguration configuration, int threads) {
        ExpertPlan plan = ExpertPlan.of(configuration);
        return new NetworkExpert(plan.build(threads), plan, threads);
    }

    @Override
    public Evidence predict(Frame frame) {
        try {
            return predict(List.of(frame)).get(0);
        } catch (DataException e) {
            throw e.about(frame.id());
        }
    }

    @Override
    public List<Evidence> predict(List<Frame> frames) {
        List<RgbImage> images = frames.stream().map(Frame::rgb).toList();
        List<Map<Task, List<FeatureMap>>> maps = new ArrayList<>();
        images.forEach(image -> maps.add(new EnumMap<>(Task.class)));
        for (View view : plan.views()) {
            List<Map<Task, FeatureMap>> answers = network.features(images, view);
            for (int i = 0; i < images.size(); i++) {
                Map<Task, List<FeatureMap>> byTask = maps.get(i);
                answers.get(i)
                        .forEach((task, map) -> byTask.computeIfAbsent(task, t -> new ArrayList<>())
                                .add(map));
            }
        }
        List<Evidence> evidence = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            evidence.add(evidence(images.get(i), maps.get(i)));
        }
        return evidence;
    }

    private Evidence evidence(RgbImage image, Map<Task, List<FeatureMap>> maps) {
        ClassMerge merge = plan.merge();
        SegmentationEvidence segmentation = null;
        if (merge != null) {
            List<FeatureMap> views = Objects.requireNonNull(maps.get(Task.SEGMENTATION));
            segmentation = reducer.reduce(views, image.width(), image.height(), merge);
            SeenPart.of(views, image.width(), image.height()).forgetOthers(segmentation);
        }
        DepthEvidence depth = null;
        if (plan.tasks().contains(Task.DEPTH)) {
            List<FeatureMap> views = Objects.requireNonNull(maps.get(Task.DEPTH));
            depth = depth(views, image.width(), image.height());
            SeenPart.of(views, image.width(), image.height()).forgetOthers(depth);
        }
        return new Evidence(image.width(), image.height(), segmentation, depth);
    }

    /** Mean and standard deviation over the views that have a depth for the pixel. */
    private DepthEvidence depth(List<FeatureMap> views, int width, int height) {
        double[] sum = new double[width * height];
        double[] squares = new double[width * height];
        int[] count = new int[width * height];
        for (FeatureMap view : views) {
            float[] values = view.resize(width, height, plan.interpolation());
            for (int i = 0; i < values.length; i++) {
                double metres = plan.depth().metres(values[i]);
                sum[i] += metres;
                squares[i] += metres * metres;
                count[i] += metres == 0 ? 0 : 1;
            }
        }
        float[] mean = new float[sum.length];
        float[] spread = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
            double m = count[i] == 0 ? 0 : sum[i] / count[i];
            mean[i] = (float) m;
            spread[i] = count[i] < 2 ? 0 : (float) Math.sqrt(Math.max(0, squares[i] / count[i] - m * m));
        }
        return new DepthEvidence(mean, spread);
    }

    @Override
    public void close() {
        network.close();
    }

    /**
     * The part of a picture that all views have shown to the network, in its pixels. What lies outside was not asked
     * about, so nothing is known of it.
     *
     * @param left first column
     * @param top first row
     * @param right one past the last column
     * @param bottom one past the last row
     */
    private record SeenPart(int width, int height, int left, int top, int right, int bottom) {
        private static final byte UNSURE = (byte) 255;

        static SeenPart of(List<FeatureMap> views, int width, int height) {
            SeenPart seen = new SeenPart(width, height, 0, 0, width, height);
            for (FeatureMap view : views) {
                int first = view.firstColumn(width);
                int end = view.endColumn(width);
                seen = new SeenPart(
                        width,
                        height,
                        Math.max(seen.left, first),
                        Math.max(seen.top, view.firstRow(height)),
                        Math.min(seen.right, end),
                        Math.min(seen.bottom, view.endRow(height)));
            }
            return seen;
        }

        /** Outside: no class at all, with probability 0 and all the doubt there can be. */
        void forgetOthers(SegmentationEvidence evidence) {
            for (int y = 0; y < height; y++) {
                forEachGap(y, (from, to) -> {
                    for (int k = 0; k < evidence.topK(); k++) {
                        int plane = k * evidence.pixels();
                        Arrays.fill(evidence.classes(), plane + from, plane + to, (byte) LabelMap.IGNORE);
                        Arrays.fill(evidence.probability(), plane + from, plane + to, (byte) 0);
                    }
                    Arrays.fill(evidence.entropy(), from, to, UNSURE);
                    Arrays.fill(evidence.agreement(), from, to, (byte) 0);
                });
            }
        }

        /** Outside: no depth. */
        void forgetOthers(DepthEvidence evidence) {
            for (int y = 0; y < height; y++) {
                forEachGap(y, (from, to) -> {
                    Arrays.fill(evidence.metres(), from, to, 0);
                    Arrays.fill(evidence.spread(), from, to, 0);
                });
            }
        }

        /** Pixels from and to (exclusive) of a run. */
        private interface Run {
            void at(int from, int to);
        }

        private void forEachGap(int y, Run run) {
            int row = y * width;
            if (y < top || y >= bottom || left >= right) {
                run.at(row, row + width);
            } else {
                run.at(row, row + left);
                run.at(row + right, row + width);
            }
        }
    }
}
