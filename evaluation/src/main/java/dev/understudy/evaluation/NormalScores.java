package dev.understudy.evaluation;

/**
 * Surface normals: angles in degrees, shares 0–1.
 *
 * @param frames with normals in the truth
 * @param pixels scored
 */
public record NormalScores(
        int frames,
        long pixels,
        double mean,
        double median,
        double rmse,
        double within11,
        double within22,
        double within30) {

    public static NormalScores of(int frames, NormalErrors errors) {
        return new NormalScores(
                frames,
                errors.pixels(),
                errors.mean(),
                errors.median(),
                errors.rmse(),
                errors.within11(),
                errors.within22(),
                errors.within30());
    }
}
