package dev.understudy.retrain.cycle;

import dev.understudy.retrain.cycle.CycleRecord.Measure;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.cycle.CycleStep.StepResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A cycle over a text file of numbers: take in what is new, double each (slowly, a line at a time), add up. Leaves a
 * line in {@code trace} for everything that is really done, and tells of points where tests let it die.
 */
final class NumberedSteps {
    static final List<String> POINTS = List.of("intake", "double-1", "double-2", "doubled", "sum");

    private final Path folder;
    private final Points points;

    NumberedSteps(Path folder, Points points) {
        this.folder = folder;
        this.points = points;
    }

    interface Points {
        void reached(String point) throws Exception;
    }

    Cycle cycle(Clock clock) {
        return new Cycle(folder.resolve("state"), List.of(new Intake(), new Twice(), new Sum()), clock, line -> {});
    }

    private final class Intake implements CycleStep {
        @Override
        public String name() {
            return "intake";
        }

        @Override
        public SortedMap<String, String> inputs(CycleContext context) {
            return new TreeMap<>(Map.of("cycle", context.cycle()));
        }

        @Override
        public StepResult run(CycleContext context) throws Exception {
            List<String> numbers = Files.readAllLines(folder.resolve("numbers"));
            Path seen = folder.resolve("seen");
            int old = Files.exists(seen) ? Integer.parseInt(Files.readString(seen)) : 0;
            trace("intake " + numbers.size());
            points.reached("intake");
            Map<String, String> outputs = Map.of("numbers", String.join(",", numbers));
            return numbers.size() == old
                    ? StepResult.ending(Outcome.NOTHING_NEW, "no new numbers", outputs, List.of())
                    : StepResult.done(outputs, List.of(Measure.of("numbers", numbers.size())));
        }
    }

    private final class Twice implements CycleStep {
        @Override
        public String name() {
            return "twice";
        }

        @Override
        public SortedMap<String, String> inputs(CycleContext context) {
            return new TreeMap<>(Map.of("numbers", context.output("intake", "numbers")));
        }

        @Override
        public StepResult run(CycleContext context) throws Exception {
            Path done = context.work().resolve("doubled");
            List<String> doubled = new ArrayList<>(Files.exists(done) ? Files.readAllLines(done) : List.of());
            String[] numbers = context.output("intake", "numbers").split(",");
            for (int i = doubled.size(); i < numbers.length; i++) {
                trace("twice " + numbers[i]);
                doubled.add(Integer.toString(2 * Integer.parseInt(numbers[i])));
                Files.write(done, doubled);
                points.reached("double-" + doubled.size());
            }
            points.reached("doubled");
            return StepResult.done(Map.of("doubled", String.join(",", doubled), "file", done.toString()), List.of());
        }

        @Override
        public boolean holds(StepResult result) {
            return Files.exists(Path.of(result.outputs().get("file")));
        }
    }

    private final class Sum implements CycleStep {
        @Override
        public String name() {
            return "sum";
        }

        @Override
        public SortedMap<String, String> inputs(CycleContext context) throws IOException {
            Path offset = folder.resolve("offset");
            return new TreeMap<>(Map.of(
                    "doubled",
                    context.output("twice", "doubled"),
                    "offset",
                    Files.exists(offset) ? Files.readString(offset) : "0"));
        }

        @Override
        public StepResult run(CycleContext context) throws Exception {
            SortedMap<String, String> inputs = inputs(context);
            int sum = Integer.parseInt(inputs.get("offset"));
            String[] doubled = context.output("twice", "doubled").split(",");
            for (String number : doubled) {
                sum += Integer.parseInt(number);
            }
            trace("sum " + sum);
            points.reached("sum");
            Files.writeString(folder.resolve("seen"), Integer.toString(doubled.length));
            return StepResult.ending(Outcome.PROMOTED, "sum " + sum, Map.of("sum", Integer.toString(sum)), List.of());
        }
    }

    List<String> trace() throws IOException {
        Path trace = folder.resolve("trace");
        return Files.exists(trace) ? Files.readAllLines(trace) : List.of();
    }

    private void trace(String line) throws IOException {
        Files.writeString(folder.resolve("trace"), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
