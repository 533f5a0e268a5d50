package dev.understudy.cli.checkpoint;

import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointFile;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.network.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be said of a checkpoint file.
 *
 * @param architecture what the tensors' names look like; null if nothing known
 * @param heads tasks of that architecture whose heads are in the file, each with its output channels
 * @param parameters trained values
 * @param faults values that no network can compute with, one line a tensor
 */
record Inspection(
        String file,
        String container,
        long bytes,
        String sha256,
        @Nullable String architecture,
        List<String> heads,
        long parameters,
        List<String> faults,
        List<TensorLine> tensors) {

    record TensorLine(String name, String type, long[] shape) {}

    static Inspection of(CheckpointFile file) {
        Checkpoint checkpoint = file.checkpoint();
        Optional<Architecture.Guess> guess = Architecture.guess(checkpoint.normalised());
        List<TensorLine> tensors = new ArrayList<>();
        checkpoint.tensors().forEach((name, tensor) -> tensors.add(line(name, tensor)));
        return new Inspection(
                file.path().toString(),
                file.container().title(),
                file.bytes(),
                file.sha256(),
                guess.map(g -> g.architecture().key()).orElse(null),
                guess.map(Inspection::heads).orElse(List.of()),
                checkpoint.parameterCount(),
                checkpoint.faults(),
                tensors);
    }

    private static List<String> heads(Architecture.Guess guess) {
        return guess.heads().tasks().stream()
                .map(task -> task.key() + " (" + guess.heads().channels(task) + ")")
                .toList();
    }

    private static TensorLine line(String name, Tensor tensor) {
        return new TensorLine(name, tensor.type().name().toLowerCase(Locale.ROOT), tensor.shape());
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("file          " + file);
        lines.add("container     " + container);
        lines.add(String.format(Locale.ROOT, "size          %,d bytes", bytes));
        lines.add("sha256        " + sha256);
        lines.add("architecture  " + (architecture == null ? "none that is known here" : architecture));
        if (!heads.isEmpty()) {
            lines.add("heads         " + String.join(", ", heads));
        }
        lines.add(String.format(Locale.ROOT, "parameters    %,d in %,d tensors", parameters, tensors.size()));
        faults.forEach(fault -> lines.add("damaged       " + fault));
        lines.add("");
        int width = tensors.stream().mapToInt(t -> t.name.length()).max().orElse(0);
        for (TensorLine tensor : tensors) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-" + Math.max(1, width) + "s  %-8s  %s",
                    tensor.name,
                    tensor.type,
                    sizes(tensor.shape)));
        }
        return lines;
    }

    private static String sizes(long[] shape) {
        return shape.length == 0
                ? "scalar"
                : String.join("×", Arrays.stream(shape).mapToObj(Long::toString).toList());
    }
}
