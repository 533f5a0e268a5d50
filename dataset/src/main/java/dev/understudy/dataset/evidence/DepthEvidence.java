package dev.understudy.dataset.evidence;

/**
 * A depth expert's answer.
 *
 * @param metres [H,W] predicted depth, metres
 * @param spread [H,W] standard deviation over test-time views, metres; 0 with a single view
 */
public record DepthEvidence(float[] metres, float[] spread) {
    public DepthEvidence {
        if (metres.length != spread.length) {
            throw new IllegalArgumentException(metres.length + " depths with " + spread.length + " spreads");
        }
    }
}
