package dev.understudy.model.external;

import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.model.external.TensorNetwork.OutputTensor;
import dev.understudy.model.inference.FeatureMap;
import dev.understudy.model.inference.PictureNetwork;
import dev.understudy.model.inference.SameSize;
import dev.understudy.model.inference.View;
import java.util.ArrayList;
import java.util.EnumMap;
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
        return SameSize.eachShown(images, network.takesBatches(), alike -> together(alike, view));
    }

    private List<Map<Task, FeatureMap>> together(List<RgbImage> images, View view) {
        Placement placement =
                Placement.of(input, view, images.get(0).width(), images.get(0).height());
        try {
            return together(images, placement, view);
        } catch (OutOfMemoryError e) {
            throw new DataException(
                    "there is not enough memory for pictures of "
                            + images.get(0).width() + "×"
                            + images.get(0).height() + ", " + images.size() + " at once, shown as " + placement.width()
                            + "×" + placement.height() + "; give it more with UNDERSTUDY_JAVA_OPTS=-Xmx8g, or give the"
                            + " card a smaller size",
                    e);
        }
    }

    private List<Map<Task, FeatureMap>> together(List<RgbImage> images, Placement placement, View view) {
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
