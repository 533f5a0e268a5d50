package dev.understudy.dataset.normals;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.NormalMap;
import java.util.stream.IntStream;

/**
 * Surface normals from a depth map: a plane is fitted to the neighbourhood of every pixel.
 *
 * <p>Seen through a pinhole, the inverse depth of a plane is a linear function of the pixel's coordinates, 1/Z = a·u +
 * b·v + c, and its normal is proportional to (a·fx, b·fy, a·cx + b·cy + c). So the fit is linear least squares in the
 * picture, exact for planes however they are tilted, and Kinect-like noise, which grows with Z², is even in it.
 *
 * <p>Where all of a neighbourhood lies on a plane that is all. Otherwise neighbours across a depth edge are left out, and
 * if the rest still is no plane, the fit is repeated with those that agree with the first one. There is no normal where
 * depth is missing, where less than a quarter of the neighbourhood is left, or where that does not lie on a plane within
 * the tolerance.
 *
 * <p>Immutable. One call uses all cores; several at once are safe. The result does not depend on the number of threads.
 */
public final class DepthNormals {
    private final NormalOptions options;

    public DepthNormals(NormalOptions options) {
        this.options = options;
    }

    /** @return in the axes of {@link NormalMap}, facing the camera; (0, 0, 0) where there is none */
    public NormalMap of(DepthMap depth, Intrinsics camera) {
        int width = depth.width();
        float[] inverse = new float[depth.metres().length];
        for (int i = 0; i < inverse.length; i++) {
            float metres = depth.metres()[i];
            inverse[i] = metres > 0 ? 1 / metres : 0;
        }
        float[] xyz = new float[inverse.length * 3];
        IntStream.range(0, depth.height()).parallel().forEach(v -> {
            Neighbourhood around = new Neighbourhood(options, inverse, width, depth.height());
            around.startRow(v);
            for (int u = 0; u < width; u++) {
                PlaneFit plane = around.fit(u);
                if (plane != null) {
                    write(plane, camera, u, v, xyz, (v * width + u) * 3);
                }
            }
        });
        return new NormalMap(width, depth.height(), xyz);
    }

    private static void write(PlaneFit plane, Intrinsics camera, int u, int v, float[] xyz, int at) {
        double x = plane.slopeU * camera.fx();
        double y = plane.slopeV * camera.fy();
        double z = plane.atCentre + plane.slopeU * (camera.cx() - u) + plane.slopeV * (camera.cy() - v);
        double length = Math.sqrt(x * x + y * y + z * z);
        // (x, y, z) is in the camera's frame and points away from it; NormalMap has (right, forward, up).
        xyz[at] = (float) (-x / length);
        xyz[at + 1] = (float) (-z / length);
        xyz[at + 2] = (float) (y / length);
    }
}
