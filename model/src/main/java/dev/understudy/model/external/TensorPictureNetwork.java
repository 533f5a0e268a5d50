package dev.understudy.model.external;

import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.model.external.TensorNetwork.OutputTensor;
import dev.understudy.model.inference.FeatureMap;
import dev.understudy.model.inference.PictureNetwork;
import dev.understudy.model.inference.View;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows pictures to a network of tensors. */
public final class TensorPictureNetwork implements PictureNetwork {
    private final TensorNetwork network;
    private final PictureInput input;
    private final NetworkOutputs outputs;
    private final int classes;

    /**
     * @param network closed with this one
     * @param classes of the segmentation output; 0 without one
     */
    public TensorPictureNetwork(TensorNetwork network, PictureInput input, NetworkOutputs outputs, int classes) {
        this.network = network;
        this.input = input;
        this.outputs = outputs;
        this.classes = classes;
    }

    @Override
    public List<Map<Task, FeatureMap>> features(List<RgbImage> images, View view) {
        List<Map<Task, FeatureMap>> answers = new ArrayList<>();
        images.forEach(image -> answers.add(Map.of()));
        batches(images).forEach(places -> {
            List<Map<Task, FeatureMap>> batch =
                    together(places.stream().map(images::get).toList(), view);
            for (int i = 0; i < places.size(); i++) {
                answers.set(places.get(i), batch.get(i));
            }
        });
        return answers;
    }

    /** Numbers of the pictures that are shown together. */
    private List<List<Integer>> batches(List<RgbImage> images) {
        Map<List<Integer>, List<Integer>> bySize = new LinkedHashMap<>();
        for (int i = 0; i < images.size(); i++) {
            RgbImage image = images.get(i);
            List<Integer> key = network.takesBatches() ? List.of(image.width(), image.height()) : List.of(i);
            bySize.computeIfAbsent(key, k -> new ArrayList<>()).add(i);
        }
        return List.copyOf(bySize.values());
    }

    private List<Map<Task, FeatureMap>> together(List<RgbImage> images, View view) {
        Placement placement =
                Placement.of(input, view, images.get(0).width(), images.get(0).height());
        Map<String, OutputTensor> tensors = network.run(
                InputTensor.of(images, input, placement, view.mirrored()),
                new long[] {images.size(), 3, placement.height(), placement.width()},
                outputs.tensors());
        List<Map<Task, FeatureMap>> answers = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            OutputMaps maps = new OutputMaps(tensors, placement, i, view.mirrored());
            Map<Task, FeatureMap> answer = new EnumMap<>(Task.class);
            if (outputs.segmentation() != null) {
                answer.put(Task.SEGMENTATION, maps.segmentation(outputs.segmentation(), classes));
            }
            if (outputs.depth() != null) {
                answer.put(Task.DEPTH, maps.depth(outputs.depth()));
            }
            answers.add(answer);
        }
        return answers;
    }

    @Override
    public void close() {
        network.close();
    }
}
