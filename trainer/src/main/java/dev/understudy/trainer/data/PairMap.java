package dev.understudy.trainer.data;

import dev.understudy.dataset.frame.Reprojection;
import java.util.Arrays;

/**
 * Which pixels of the first frame of a pair show a surface that the second sees too, and where there: by measured
 * depth, poses and a test that nothing stands before it, as {@link Reprojection} looks, through the same crop. Filled
 * by one thread; then not changed.
 *
 * @param places [pairs,H,W,3], for each pixel of the first frame column and row in the second, fractional, and how many
 *     metres further away its surface is there, as depth is taught in this crop; column NaN = not seen
 */
public record PairMap(int height, int width, float[] places) {
    private static final int EACH = 3;

    /** Nothing of the one frame of any pair is seen in the other yet. */
    static PairMap unseen(CropSize crop, int pairs) {
        float[] places = new float[EACH * pairs * crop.area()];
        Arrays.fill(places, Float.NaN);
        return new PairMap(crop.height(), crop.width(), places);
    }

    /** A frame's view behind its crop: where the crop lies, and what depth is divided by. */
    record CropView(TrainingFrame.SceneView view, CropPlacement placement, double divisor) {}

    boolean fits(int otherHeight, int otherWidth, int pairs) {
        return height == otherHeight && width == otherWidth && places.length == EACH * pairs * height * width;
    }

    /** Looks for the pixels of the first crop in the second; none is found where they are not of one scene. */
    void fill(int pair, CropView first, CropView second) {
        if (!first.view().scene().equals(second.view().scene())) {
            return;
        }
        CropSize crop = new CropSize(width, height);
        Reprojection views = new Reprojection(
                first.view().camera(),
                first.view().depth(),
                second.view().camera(),
                second.view().depth());
        Reprojection.Place place = new Reprojection.Place();
        int[] sources = first.placement()
                .sources(first.view().depth().width(), first.view().depth().height(), crop);
        for (int i = 0, at = EACH * pair * crop.area(); i < sources.length; i++, at += EACH) {
            if (sources[i] >= 0 && views.look(sources[i], place)) {
                double column = second.placement().cropColumn(place.column(), crop);
                double row = second.placement().cropRow(place.row());
                if (column >= 0 && row >= 0 && column <= width - 1 && row <= height - 1) {
                    double nearer = first.view().depth().metres()[sources[i]];
                    places[at] = (float) column;
                    places[at + 1] = (float) row;
                    places[at + 2] = (float) ((place.depth() - nearer) / first.divisor());
                }
            }
        }
    }

    /** Number of pairs. */
    public int pairs() {
        return places.length / (EACH * height * width);
    }

    /** Whether a pixel of the first frame of pair {@code pair} is seen in the second. */
    public boolean isSeen(int pair, int pixel) {
        return !Float.isNaN(places[at(pair, pixel)]);
    }

    /** The column of that pixel in the second frame. */
    public float column(int pair, int pixel) {
        return places[at(pair, pixel)];
    }

    /** The row of that pixel in the second frame. */
    public float row(int pair, int pixel) {
        return places[at(pair, pixel) + 1];
    }

    /** How many metres further away its surface is from the second frame than from the first; negative = nearer. */
    public float recession(int pair, int pixel) {
        return places[at(pair, pixel) + 2];
    }

    private int at(int pair, int pixel) {
        return EACH * (pair * height * width + pixel);
    }

    /** Pixels of all first frames that are seen in the second. */
    public int seen() {
        int seen = 0;
        for (int at = 0; at < places.length; at += EACH) {
            seen += Float.isNaN(places[at]) ? 0 : 1;
        }
        return seen;
    }

    /** Of frames {@code from} to {@code to} of the batch, exclusive, copied. */
    PairMap part(int from, int to) {
        if (from % 2 != 0 || (to % 2 != 0 && to / 2 < pairs())) {
            throw new IllegalArgumentException("frames " + from + " to " + to + " part a pair");
        }
        int each = EACH * height * width;
        return new PairMap(height, width, Arrays.copyOfRange(places, from / 2 * each, to / 2 * each));
    }
}
