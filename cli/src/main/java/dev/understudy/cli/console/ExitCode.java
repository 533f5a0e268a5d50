package dev.understudy.cli.console;

/** How a run ended, for scripts. */
public final class ExitCode {
    public static final int DONE = 0;
    public static final int INTERNAL_ERROR = 1;
    public static final int USAGE = 2;
    public static final int BAD_DATA = 3;

    /** Finished, but more frames were quarantined than {@code maxQuarantined} allows. */
    public static final int TOO_MANY_QUARANTINED = 4;

    /** By Ctrl-C; the JVM returns it by itself. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
