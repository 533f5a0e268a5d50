package dev.understudy.scenes.trace;

import dev.understudy.scenes.texture.SurfacePoint;

/** What a ray sees that meets nothing. */
public interface Backdrop {
    /** Class index of the backdrop; it has no depth and no normal. */
    int label();

    /** Sets the radiance that comes from the unit direction (x, y, z) as the point's colour. */
    void paint(double x, double y, double z, SurfacePoint p);

    /** A black nothing, for closed rooms. */
    static Backdrop none(int label) {
        return new Backdrop() {
            @Override
            public int label() {
                return label;
            }

            @Override
            public void paint(double x, double y, double z, SurfacePoint p) {
                p.red = 0;
                p.green = 0;
                p.blue = 0;
            }
        };
    }
}
