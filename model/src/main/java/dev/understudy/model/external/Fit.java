package dev.understudy.model.external;

/** How a picture of one shape goes into an input of another. */
public enum Fit {
    /** As large as it fits with its aspect kept, in the upper left corner; what is left on the right and below is filled. */
    PAD,
    /** To the input's width and height, whatever becomes of its aspect. */
    STRETCH,
    /** With its aspect kept so large that it fills the input, centred; what reaches beyond is not shown. */
    CROP
}
