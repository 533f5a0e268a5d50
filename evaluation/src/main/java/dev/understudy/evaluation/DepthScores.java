package dev.understudy.evaluation;

/**
 * Depth; see {@link DepthErrors} for the formulas.
 *
 * @param frames with depth truth
 * @param pixels scored
 */
public record DepthScores(
        int frames,
        long pixels,
        DepthRange range,
        double rmse,
        double rmseLog,
        double absoluteRelative,
        double squaredRelative,
        double log10,
        double scaleInvariantLog,
        double delta1,
        double delta2,
        double delta3) {

    public static DepthScores of(int frames, DepthErrors errors) {
        return new DepthScores(
                frames,
                errors.pixels(),
                errors.range(),
                errors.rmse(),
                errors.rmseLog(),
                errors.absoluteRelative(),
                errors.squaredRelative(),
                errors.log10(),
                errors.scaleInvariantLog(),
                errors.delta(1),
                errors.delta(2),
                errors.delta(3));
    }
}
