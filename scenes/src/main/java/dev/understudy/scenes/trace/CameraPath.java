package dev.understudy.scenes.trace;

import dev.understudy.scenes.space.Vec;
import java.util.List;

/**
 * A smooth way of the camera: Catmull-Rom curves through places and through the points that it looks at there.
 *
 * @param eyes where it is, metres
 * @param targets what it looks at; as many as eyes
 * @param rolls its roll at each, radians
 * @param closed whether the last place leads on to the first
 * @param horizontalView angle between left and right border, radians
 */
public record CameraPath(List<Vec> eyes, List<Vec> targets, List<Double> rolls, boolean closed, double horizontalView) {
    public CameraPath {
        if (eyes.size() < 2 || eyes.size() != targets.size() || eyes.size() != rolls.size()) {
            throw new IllegalArgumentException(
                    eyes.size() + " places, " + targets.size() + " targets, " + rolls.size() + " rolls");
        }
        eyes = List.copyOf(eyes);
        targets = List.copyOf(targets);
        rolls = List.copyOf(rolls);
    }

    /** The place at {@code t}: 0 the first, 1 the last, or the first again on a closed path, where t wraps. */
    public Vec eye(double t) {
        return curve(eyes, t);
    }

    public Camera camera(double t, int width, int height) {
        Vec roll = curve(rolls.stream().map(r -> new Vec(r, 0, 0)).toList(), t);
        return Camera.look(eye(t), curve(targets, t), horizontalView, roll.x(), width, height);
    }

    /** The way's length in metres, to about a percent. */
    public double length() {
        double sum = 0;
        int steps = 16 * eyes.size();
        for (int i = 0; i < steps; i++) {
            sum += eye((i + 1.0) / steps * (1 - 1e-12))
                    .minus(eye((double) i / steps))
                    .length();
        }
        return sum;
    }

    /** The place after so many metres: round and round on a closed path, to and fro on an open one. */
    public double travelled(double metres) {
        double t = metres / length();
        if (closed) {
            return t;
        }
        double f = t % 2;
        return f <= 1 ? f : 2 - f;
    }

    private Vec curve(List<Vec> knots, double t) {
        int spans = closed ? knots.size() : knots.size() - 1;
        double s = (closed ? t - Math.floor(t) : Math.max(0, Math.min(1, t))) * spans;
        int i = Math.min(spans - 1, (int) s);
        double f = s - i;
        Vec a = knot(knots, i - 1);
        Vec b = knot(knots, i);
        Vec c = knot(knots, i + 1);
        Vec d = knot(knots, i + 2);
        Vec out = b.times(2);
        out = out.plus(c.minus(a).times(f));
        out = out.plus(a.times(2).minus(b.times(5)).plus(c.times(4)).minus(d).times(f * f));
        out = out.plus(b.times(3).minus(a).minus(c.times(3)).plus(d).times(f * f * f));
        return out.times(0.5);
    }

    private Vec knot(List<Vec> knots, int i) {
        int n = knots.size();
        return knots.get(closed ? Math.floorMod(i, n) : Math.max(0, Math.min(n - 1, i)));
    }
}
