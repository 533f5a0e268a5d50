package dev.understudy.pipeline.train;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;

/**
 * How a store's labels are taught.
 *
 * @param soft how many of a pixel's stored classes the student is told, each with its probability, and what they leave as one
 *     remainder; 1 = the label alone
 */
public record LabelsConfiguration(@Default("1") int soft) {
    /** More than a store keeps of any class space. */
    private static final int MOST = 255;

    public LabelsConfiguration {
        new Checks()
                .that(soft >= 1 && soft <= MOST, "soft", "must be 1 to " + MOST + ", found " + soft)
                .verify();
    }
}
