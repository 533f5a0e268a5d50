package dev.understudy.cli.console;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * A command of the command line. Its options are fields; {@link #run} does the work and returns an exit code.
 * Exceptions are not caught there: {@link Failures} turns them into messages and exit codes.
 *
 * <p>picocli looks at the fields and methods of every command whenever the program starts, and the JVM loads the types
 * that their signatures name. So that {@code --help} stays quick, heavy types (Spark, DJL) are used in method bodies
 * and other classes only.
 */
public abstract class Command implements Callable<Integer> {
    @Spec
    protected CommandSpec spec;

    @Override
    public final Integer call() throws Exception {
        GlobalOptions global =
                (GlobalOptions) spec.root().mixins().get(GlobalOptions.MIXIN).userObject();
        return run(Console.of(spec.commandLine().getOut(), spec.commandLine().getErr(), global.verbose()));
    }

    /** @return one of {@link ExitCode} */
    protected abstract int run(Console console) throws Exception;

    /** Options that every command takes, before or after its name. */
    public static final class GlobalOptions {
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
}
