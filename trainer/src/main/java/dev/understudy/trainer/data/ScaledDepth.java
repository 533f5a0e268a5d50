package dev.understudy.trainer.data;

/** What becomes of depth, and of normals with it, when a picture is scaled. */
public enum ScaledDepth {
    /** Divided by the scale: what appears larger is nearer, and normals are those of the scene that is seen then. */
    DIVIDE,
    /** Both left as they are, as the authors' code does. */
    KEEP
}
