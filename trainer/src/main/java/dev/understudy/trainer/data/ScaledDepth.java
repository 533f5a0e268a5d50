package dev.understudy.trainer.data;

/** What becomes of depth when a picture is scaled. */
public enum ScaledDepth {
    /** Divided by the scale: what appears larger is nearer. */
    DIVIDE,
    /** Left as it is, as the authors' code does. */
    KEEP
}
