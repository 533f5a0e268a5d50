package dev.understudy.cli.bench;

import picocli.CommandLine;

/** {@code understudy bench student}. */
@CommandLine.Command(
        name = "student",
        description =
                "Measure the student network stage by stage, beside its plain form and the machine's matrix product.",
        footer = {"", "Example:", "  understudy bench student --size 640x480"})
public final class BenchStudentCommand extends BenchNetworkCommand {
    @Override
    String architecture() {
        return "mt-lw-refinenet";
    }
}
