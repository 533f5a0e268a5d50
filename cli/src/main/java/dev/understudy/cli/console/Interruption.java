package dev.understudy.cli.console;

import java.io.PrintWriter;

/**
 * Tells the user when a command is stopped by Ctrl-C or another signal, from {@link #watch} until it is closed. The JVM
 * then stops Spark and others under the feet of the command, whose complaints are of no interest any more.
 */
public final class Interruption implements AutoCloseable {
    private final PrintWriter err;
    private volatile boolean over;

    private Interruption(PrintWriter err) {
        this.err = err;
    }

    public static Interruption watch(PrintWriter err) {
        Interruption interruption = new Interruption(err);
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::tell, "interruption"));
        return interruption;
    }

    /** Whether this JVM is on its way out. */
    static boolean isUnderWay() {
        Thread probe = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    private void tell() {
        if (!over) {
            err.println();
            err.println("understudy: interrupted; run the same command again to go on");
            err.flush();
        }
    }

    /** The command has come to its own end. */
    @Override
    public void close() {
        // When the signal came first, the message does as well.
        over = !isUnderWay();
    }
}
