package dev.understudy.model.checkpoint;

/** The file formats that are read. */
public enum CheckpointContainer {
    PYTORCH_ZIP("PyTorch zip"),
    PYTORCH_STREAM("PyTorch stream (before version 1.6)"),
    MXNET("MXNet params"),
    SAFETENSORS("safetensors");

    private final String title;

    CheckpointContainer(String title) {
        this.title = title;
    }

    /** For people to read. */
    public String title() {
        return title;
    }
}
