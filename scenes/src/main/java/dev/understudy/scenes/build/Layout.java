package dev.understudy.scenes.build;

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
}
