package dev.understudy.trainer.loss;

/** Over which outputs a segmentation head that several data sets share is normalised. */
public enum Softmax {
    /** Over the classes of the frame's own data set; the others get no gradient from it. */
    SLICE,
    /** Over all outputs: the head also learns to tell data sets apart. */
    ALL
}
