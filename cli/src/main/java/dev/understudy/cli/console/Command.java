package dev.understudy.cli.console;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
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
}
