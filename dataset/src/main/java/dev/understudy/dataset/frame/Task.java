package dev.understudy.dataset.frame;

/** What a network can be asked about a frame. */
public enum Task {
    SEGMENTATION,
    DEPTH,
    NORMALS;

    /** As it is written in recipes and file names: {@code segmentation}, {@code depth}, {@code normals}. */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
