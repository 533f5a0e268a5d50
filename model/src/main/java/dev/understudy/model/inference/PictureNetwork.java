package dev.understudy.model.inference;

import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.RgbImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A network together with how pictures are shown to it: pictures in, its raw answers out, wherever it came from. Safe
 * for several threads at once.
 */
public interface PictureNetwork extends AutoCloseable {
    /**
     * The raw answers to one view of each picture, at the network's own resolution: logits by class, and depth in
     * whatever the network says it in.
     *
     * @param images shown together where they have one size and the network takes several at once
     * @return of each picture in order; the same as if it had been shown alone, up to rounding
     */
    List<Map<Task, FeatureMap>> features(List<RgbImage> images, View view);

    /** The same network for a user who must not close it. */
    default PictureNetwork lent() {
        PictureNetwork owner = this;
        return new PictureNetwork() {
            @Override
            public List<Map<Task, FeatureMap>> features(List<RgbImage> images, View view) {
                return owner.features(images, view);
            }

            @Override
            public void close() {}
        };
    }

    /** Releases native memory; closing twice does nothing. */
    @Override
    void close();

    /** Puts pictures of one size together for a network, and its answers back into the order of the pictures. */
    final class SameSize {
        private SameSize() {}

        /**
         * @param several whether the network takes several pictures at once; else each is shown alone
         * @param network answers to pictures of one size, in their order
         * @return the answer to each picture, in the order of {@code images}
         */
        public static List<Map<Task, FeatureMap>> eachShown(
                List<RgbImage> images, boolean several, Function<List<RgbImage>, List<Map<Task, FeatureMap>>> network) {
            Map<List<Integer>, List<Integer>> bySize = new LinkedHashMap<>();
            List<Map<Task, FeatureMap>> answers = new ArrayList<>();
            for (int i = 0; i < images.size(); i++) {
                RgbImage image = images.get(i);
                List<Integer> key = several ? List.of(image.width(), image.height()) : List.of(i);
                bySize.computeIfAbsent(key, k -> new ArrayList<>()).add(i);
                answers.add(Map.of());
            }
            bySize.values().forEach(places -> {
                List<Map<Task, FeatureMap>> alike =
                        network.apply(places.stream().map(images::get).toList());
                for (int i = 0; i < places.size(); i++) {
                    answers.set(places.get(i), alike.get(i));
                }
            });
            return answers;
        }
    }
}
