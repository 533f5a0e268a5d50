package dev.understudy.model.engine;

/** What follows a convolution. */
public enum Activation {
    NONE,
    /** max(x, 0) */
    RELU,
    /** min(max(x, 0), 6) */
    RELU6
}
