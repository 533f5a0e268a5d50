package dev.understudy.model.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.understudy.dataset.frame.Task;
import java.util.List;
import java.util.Map;

/** A network that somebody else closes. */
record LentNetwork(InferenceNetwork owner) implements InferenceNetwork {
    @Override
    public String architecture() {
        return owner.architecture();
    }

    @Override
    public List<Task> tasks() {
        return owner.tasks();
    }

    @Override
    public NDManager newManager() {
        return owner.newManager();
    }

    @Override
    public Map<Task, NDArray> forward(NDArray imagesNchw) {
        return owner.forward(imagesNchw);
    }

    @Override
    public void close() {}
}
