package dev.understudy.labeler.fusion;

/** How what several views say of one place becomes one posterior; each view counts the same. */
public enum Pooling {
    /** The mean of the views' posteriors. Views err together, and the mean stays as unsure as they are. */
    MEAN,
    /**
     * The product of the views' posteriors, as if they erred independently of each other: what SemanticFusion does. Sure, and
     * often wrongly so.
     */
    PRODUCT
}
