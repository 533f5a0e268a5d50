package dev.understudy.cli.console;

/** Keeps the libraries quiet. Must be called before the first logger is made. */
public final class Logging {
    private Logging() {}

    /** Settings that the user gave to the JVM win. */
    public static void configure(boolean verbose) {
        setIfAbsent("log4j2.configurationFile", "classpath:understudy-log4j2.properties");
        setIfAbsent("understudy.log.level", verbose ? "info" : "off");
        setIfAbsent("understudy.own.log.level", verbose ? "info" : "warn");
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
