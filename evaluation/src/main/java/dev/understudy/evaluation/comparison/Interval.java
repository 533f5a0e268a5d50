package dev.understudy.evaluation.comparison;

/**
 * A gain and what it might as well have been.
 *
 * @param low end of the interval
 * @param gain over all frames as they are
 * @param high end of the interval
 * @param probability that a gain as large comes by chance if there is none: of the one-sided test that the interval
 *     stands for, 0–1
 * @param scenes that were drawn
 * @param alone of these, frames whose scene is not known, which were taken to be independent of all others
 */
public record Interval(double low, double gain, double high, double probability, int scenes, int alone) {
    /** Whether all of it could be computed. */
    public boolean finite() {
        return Double.isFinite(low) && Double.isFinite(gain) && Double.isFinite(high);
    }

    /** What was drawn, for people: "10 scenes", "16 frames taken as independent". */
    public String drawn() {
        String known = scenes - alone + (scenes - alone == 1 ? " scene" : " scenes");
        String unknown = alone + (alone == 1 ? " frame" : " frames") + " taken as independent";
        return alone == 0 ? known : alone == scenes ? unknown : known + " and " + unknown;
    }

    /** No gain at all, in any scene. */
    public boolean tie() {
        return low == 0 && gain == 0 && high == 0;
    }
}
