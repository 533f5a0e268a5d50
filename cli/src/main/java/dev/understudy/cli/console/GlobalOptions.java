package dev.understudy.cli.console;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that every command takes, before or after its name. */
public final class GlobalOptions {
    /** Under which the root command mixes this in. */
    public static final String MIXIN = "global";

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show the libraries' logs, and a stack trace when something fails.")
    boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    boolean help;

    public boolean verbose() {
        return verbose;
    }

    /** Keeps the libraries quiet. Must be called before the first logger is made. */
    public static final class Logging {
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
}
