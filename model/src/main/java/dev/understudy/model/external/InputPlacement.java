package dev.understudy.model.external;

import dev.understudy.files.DataException;
import dev.understudy.model.inference.FeatureMap.MapWindow;
import dev.understudy.model.inference.View;

/**
 * Where a picture comes to lie in a network's input, in pixels of the input.
 *
 * @param width of the input
 * @param height of the input
 * @param left of the picture, negative where its left is cut off
 * @param top of the picture
 * @param pictureWidth of the resized picture, all of it
 * @param pictureHeight of the resized picture
 */
record InputPlacement(int width, int height, int left, int top, int pictureWidth, int pictureHeight) {
    /** Pixels of an input; a picture or a card that asks for more is refused. */
    private static final long MOST_PIXELS = 64L << 20;

    /** @throws DataException if the network would have to be shown more than it can be */
    static InputPlacement of(PictureInput input, View view, int pictureWidth, int pictureHeight) {
        double centreWidth = Math.max(1, pictureWidth * input.centre());
        double centreHeight = Math.max(1, pictureHeight * input.centre());
        double grown = view.scale();
        Integer shortSide = input.shortSide();
        if (shortSide != null) {
            grown *= shortSide / Math.min(centreWidth, centreHeight);
        }
        InputPlacement centre = input.isDynamic()
                ? dynamic(input, centreWidth * grown, centreHeight * grown)
                : fixed(input.fit(), input.sides()[0], input.sides()[1], centreWidth, centreHeight);
        InputPlacement whole = centre.widened(input.centre());
        if ((long) whole.width * whole.height > MOST_PIXELS
                || (long) whole.pictureWidth * whole.pictureHeight > MOST_PIXELS) {
            throw new DataException("a picture of " + pictureWidth + "×" + pictureHeight + " makes an input of "
                    + whole.width + "×" + whole.height + " and is resized to " + whole.pictureWidth + "×"
                    + whole.pictureHeight + " for it, expected at most " + MOST_PIXELS
                    + " pixels; scale the pictures down, or give the card a smaller size");
        }
        return whole;
    }

    private static InputPlacement dynamic(PictureInput input, double pictureWidth, double pictureHeight) {
        int multiple = input.multipleOf();
        int width = side(pictureWidth);
        int height = side(pictureHeight);
        return switch (input.fit()) {
            case PAD -> new InputPlacement(up(width, multiple), up(height, multiple), 0, 0, width, height);
            case STRETCH -> {
                int w = nearest(width, multiple);
                int h = nearest(height, multiple);
                yield new InputPlacement(w, h, 0, 0, w, h);
            }
            case CROP -> {
                int w = Math.max(multiple, width / multiple * multiple);
                int h = Math.max(multiple, height / multiple * multiple);
                yield new InputPlacement(
                        w, h, Math.floorDiv(w - width, 2), Math.floorDiv(h - height, 2), width, height);
            }
        };
    }

    private static InputPlacement fixed(Fit fit, int width, int height, double pictureWidth, double pictureHeight) {
        if (fit == Fit.STRETCH) {
            return new InputPlacement(width, height, 0, 0, width, height);
        }
        double across = width / pictureWidth;
        double down = height / pictureHeight;
        double scale = fit == Fit.PAD ? Math.min(across, down) : Math.max(across, down);
        int w = side(pictureWidth * scale);
        int h = side(pictureHeight * scale);
        return fit == Fit.PAD
                ? new InputPlacement(width, height, 0, 0, Math.min(w, width), Math.min(h, height))
                : new InputPlacement(width, height, Math.floorDiv(width - w, 2), Math.floorDiv(height - h, 2), w, h);
    }

    /** All of the picture, where what was placed is only the {@code centre} of it. */
    private InputPlacement widened(double centre) {
        if (centre == 1) {
            return this;
        }
        int w = side(pictureWidth / centre);
        int h = side(pictureHeight / centre);
        return new InputPlacement(width, height, left - (w - pictureWidth) / 2, top - (h - pictureHeight) / 2, w, h);
    }

    private static int side(double side) {
        return (int) Math.max(1, Math.min(Math.round(side), Integer.MAX_VALUE / 4));
    }

    private static int up(int side, int multiple) {
        return (side + multiple - 1) / multiple * multiple;
    }

    private static int nearest(int side, int multiple) {
        return Math.max(multiple, (side + multiple / 2) / multiple * multiple);
    }

    /** Where the picture is in a map that shows the input in another number of samples. */
    MapWindow window(int mapWidth, int mapHeight) {
        double across = (double) mapWidth / width;
        double down = (double) mapHeight / height;
        return new MapWindow(left * across, top * down, pictureWidth * across, pictureHeight * down);
    }

    /** How a picture of one shape goes into an input of another. */
    public enum Fit {
        /**
         * As large as it fits with its aspect kept, in the upper left corner; what is left on the right and below is
         * filled.
         */
        PAD,
        /** To the input's width and height, whatever becomes of its aspect. */
        STRETCH,
        /** With its aspect kept so large that it fills the input, centred; what reaches beyond is not shown. */
        CROP
    }
}
