package dev.understudy.scenes.build;

import dev.understudy.scenes.trace.World;

/** A kind of scene: how places are laid out at random. Stateless; any number of threads may use one. */
public interface Layout {
    /** Name in ids and on the command line. */
    String name();

    /** The class space of its labels. */
    String classes();

    /** Units per metre in 16-bit depth files: sets the range, 65535 / depthScale metres. */
    double depthScale();

    /** Metres that the camera moves from one frame of a sequence to the next. */
    double stride();

    /** The place of this seed, always the same one. */
    Scene scene(long seed);

    /**
     * A place with everything in it, and the camera's way through it.
     *
     * @param world what there is
     * @param path the camera's way
     * @param brightness mean luminance that the picture should have, 0–1, as an automatic exposure aims for
     */
    record Scene(World world, CameraPath path, double brightness) {}
}
