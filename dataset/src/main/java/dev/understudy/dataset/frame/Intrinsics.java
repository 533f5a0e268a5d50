package dev.understudy.dataset.frame;

import java.io.Serializable;

/** A pinhole camera: focal lengths and principal point in pixels, pixel centres at integer coordinates. */
public record Intrinsics(double fx, double fy, double cx, double cy) implements Serializable {
    public Intrinsics {
        if (!(fx > 0 && fy > 0 && Double.isFinite(fx) && Double.isFinite(fy))) {
            throw new IllegalArgumentException("focal lengths " + fx + ", " + fy + " are not positive");
        }
        if (!(Double.isFinite(cx) && Double.isFinite(cy))) {
            throw new IllegalArgumentException("principal point " + cx + ", " + cy + " is not finite");
        }
    }
}
