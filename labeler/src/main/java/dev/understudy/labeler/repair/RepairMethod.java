package dev.understudy.labeler.repair;

/** Ways to make labels of what experts say, from the plainest to the strongest. */
public enum RepairMethod {
    /** What the first expert says, as it is: what every other way is measured by. */
    EXPERT("expert"),
    /** {@link Agreement} of several experts; nothing is learned. */
    AGREEMENT("agreement"),
    /**
     * A linear map from the experts' log-probabilities to the target's classes (Dirichlet calibration, Kull et al.,
     * NeurIPS 2019), which with several experts weighs each by class.
     */
    DIRICHLET("dirichlet"),
    /** The average of small networks that see the surroundings, the depth and the colours as well. */
    CONTEXT("context");

    private final String key;

    RepairMethod(String key) {
        this.key = key;
    }

    /** As it is written. */
    public String key() {
        return key;
    }

    /** Whether it has networks. */
    boolean learns() {
        return this == DIRICHLET || this == CONTEXT;
    }
}
