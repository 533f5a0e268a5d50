package dev.understudy.cli.network;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.network.RegistryCommand.Columns;
import dev.understudy.cli.network.RegistryCommand.RegistryOption;
import dev.understudy.evaluation.PairedBootstrap;
import dev.understudy.evaluation.PairedBootstrap.Interval;
import dev.understudy.files.DataException;
import dev.understudy.retrain.gate.Gain;
import dev.understudy.retrain.gate.MeasuredModel;
import dev.understudy.retrain.registry.ModelVersion;
import dev.understudy.retrain.registry.ModelVersion.EvaluationScores;
import dev.understudy.retrain.registry.Registry;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code understudy registry compare}. */
@CommandLine.Command(
        name = "compare",
        description =
                "Put the scores of two versions side by side. Where both were measured frame by frame, as retrain does,"
                        + " also how far the gain is from chance: a paired bootstrap over scenes.",
        footer = {"", "Example: understudy registry compare --registry models champion challenger"})
final class CompareCommand extends Command {
    @Mixin
    private RegistryOption registryOption;

    @Parameters(index = "0", paramLabel = "VERSION", description = "v0001, champion, challenger or previous.")
    private String first;

    @Parameters(index = "1", paramLabel = "VERSION", description = "Another.")
    private String second;

    @Override
    protected int run(Console console) throws IOException {
        Registry registry = registryOption.open();
        ModelVersion a = registry.version(first);
        ModelVersion b = registry.version(second);
        for (EvaluationScores ofA : a.evaluations()) {
            for (EvaluationScores ofB : b.evaluations()) {
                if (ofA.set().equals(ofB.set())) {
                    compare(a.name(), ofA, b.name(), ofB, console);
                }
            }
        }
        gains(registry, a, b, console);
        Columns cost = new Columns("", a.name(), b.name());
        cost.add("latency ms", number(a.latencyMillis()), number(b.latencyMillis()));
        cost.add(
                "weights bytes",
                Long.toString(a.weights().bytes()),
                Long.toString(b.weights().bytes()));
        cost.print(console);
        if (a.evaluations().stream()
                .map(EvaluationScores::set)
                .noneMatch(set -> b.evaluations().stream().anyMatch(e -> e.set().equals(set)))) {
            console.tell("no evaluation set was scored for both");
        }
        return ExitCode.DONE;
    }

    private static void gains(Registry registry, ModelVersion a, ModelVersion b, Console console) throws IOException {
        if (a.file(MeasuredModel.FILE).isEmpty() || b.file(MeasuredModel.FILE).isEmpty()) {
            return;
        }
        List<Gain> gains;
        try {
            gains = Gain.between(
                    MeasuredModel.FORMAT.read(registry.file(a.name(), MeasuredModel.FILE)),
                    MeasuredModel.FORMAT.read(registry.file(b.name(), MeasuredModel.FILE)),
                    PairedBootstrap.DEFAULT);
        } catch (DataException e) {
            console.tell("gains cannot be compared frame by frame: " + e.getMessage());
            return;
        }
        Columns columns =
                new Columns("gain of " + b.name() + ", positive = better", "95 % from", "gain", "to", "p", "over");
        for (Gain gain : gains) {
            Interval interval = gain.interval();
            columns.add(
                    gain.set() + " " + gain.metric().key(),
                    signed(interval.low()),
                    signed(interval.gain()),
                    signed(interval.high()),
                    String.format(Locale.ROOT, "%.3f", gain.corrected()),
                    interval.drawn());
        }
        columns.print(console);
        if (gains.size() > 1) {
            console.print("p is corrected for " + gains.size() + " comparisons (Holm); intervals are each on its own");
        }
        console.print("");
    }

    private static String signed(double value) {
        return String.format(Locale.ROOT, "%+.4f", value);
    }

    private static void compare(String a, EvaluationScores ofA, String b, EvaluationScores ofB, Console console) {
        Columns columns = new Columns(ofA.set(), a, b, "change");
        TreeSet<String> tasks = new TreeSet<>(ofA.metrics().keySet());
        tasks.addAll(ofB.metrics().keySet());
        for (String task : tasks) {
            add(columns, task + " ", ofA.metrics().get(task), ofB.metrics().get(task));
        }
        add(columns, "class ", ofA.classIou(), ofB.classIou());
        columns.print(console);
        if (!Objects.equals(ofA.digest(), ofB.digest())) {
            console.tell(ofA.set() + " was not the same for both (digests " + ofA.digest() + " and " + ofB.digest()
                    + "): these numbers cannot be compared");
        }
        console.print("");
    }

    private static void add(
            Columns columns,
            String prefix,
            @Nullable SortedMap<String, Double> a,
            @Nullable SortedMap<String, Double> b) {
        TreeSet<String> names = new TreeSet<>();
        if (a != null) {
            names.addAll(a.keySet());
        }
        if (b != null) {
            names.addAll(b.keySet());
        }
        for (String name : names) {
            Double left = a == null ? null : a.get(name);
            Double right = b == null ? null : b.get(name);
            String change = left == null || right == null ? "-" : signed(right - left);
            columns.add(prefix + name, number(left), number(right), change);
        }
    }

    static String number(@Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.4f", value);
    }
}
