package dev.understudy.model.inference;

/**
 * How a picture becomes a network's input, and how its outputs come back to the picture's size.
 *
 * @param interpolation of logits before the decision, and of depth and normals
 */
public record Preprocessing(InputNormalisation normalisation, Interpolation interpolation) {
    /** As the authors of the experts do it. */
    public static final Preprocessing EXPERT = new Preprocessing(InputNormalisation.IMAGENET, Interpolation.BICUBIC);

    /** The same input; outputs bilinear, as the student is trained. */
    public static final Preprocessing STUDENT = EXPERT.with(Interpolation.BILINEAR);

    public Preprocessing with(Interpolation other) {
        return new Preprocessing(normalisation, other);
    }

    public Preprocessing with(InputNormalisation other) {
        return new Preprocessing(other, interpolation);
    }

    /** The same for the same values, and part of what a store's fingerprint is made of. */
    @Override
    public String toString() {
        return normalisation + ", outputs " + interpolation;
    }
}
