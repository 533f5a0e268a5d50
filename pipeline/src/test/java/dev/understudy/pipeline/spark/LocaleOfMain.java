package dev.understudy.pipeline.spark;

import dev.understudy.conf.MachineSetting;
import java.util.Locale;

/**
 * The JVM's locale as the command line's {@code main} sets it, for as long as anybody holds one of these. In Persian a
 * name node writes the names of its files in digits that it does not find again, and the client of S3 asks for ranges
 * of bytes that no server understands.
 */
final class LocaleOfMain implements AutoCloseable {
    private static int holders;

    /** The one that the JVM was started with. */
    private static final Locale BEFORE = new Locale.Builder()
            .setLanguage(System.getProperty("user.language", ""))
            .setRegion(System.getProperty("user.country", ""))
            .build();

    private LocaleOfMain() {}

    @MachineSetting
    static LocaleOfMain hold() {
        synchronized (LocaleOfMain.class) {
            if (holders++ == 0) {
                Locale.setDefault(Locale.ROOT);
            }
        }
        return new LocaleOfMain();
    }

    @Override
    public void close() {
        synchronized (LocaleOfMain.class) {
            if (--holders == 0) {
                Locale.setDefault(BEFORE);
            }
        }
    }
}
