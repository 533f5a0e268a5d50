package dev.understudy.model.onnx;

import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an ONNX file says of itself, read without an engine and without its weights. A file that is not to be trusted
 * with a session does not become one of these: see {@link #read}.
 *
 * @param path of the file, as messages name it
 * @param local the same bytes on the local disk, which is all that ONNX Runtime reads
 * @param producer the program that wrote it; empty if it does not say
 * @param opset version of the standard operators
 * @param inputs that must be given
 * @param outputs in the file's order
 * @param steps nodes of the main graph, in the order in which they can be calculated
 * @param nodes operators, those of functions and branches included
 * @param weights elements of all initialisers
 * @param precision of most weights; empty if none is a real number
 * @param external other files that hold weights, in order of their names; beside {@code local} or below
 */
@RecordBuilder
public record OnnxFile(
        Path path,
        Path local,
        String producer,
        long opset,
        List<OnnxTensorType> inputs,
        List<OnnxTensorType> outputs,
        List<OnnxStep> steps,
        int nodes,
        long weights,
        String precision,
        List<Path> external) {
    public OnnxFile {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        steps = List.copyOf(steps);
        external = List.copyOf(external);
    }

    /**
     * Reads the structure of a file in bounded memory.
     *
     * @throws DataException if it is no ONNX file, has operators that need a library of their own, weights outside of
     *     its folder, or more of anything than a network has
     */
    public static OnnxFile read(Path file) {
        return OnnxReader.read(file);
    }

    /**
     * Whether one picture can be calculated in this machine's memory, as far as the file tells the sizes of what is
     * calculated on the way; sizes that depend on the picture itself it does not tell. Weights are loaded for it,
     * nothing is calculated.
     *
     * @param inputShape of {@link #input}
     * @throws DataException if it would take more than half of this machine's memory, or ONNX Runtime refuses the file
     */
    public void checkMemory(long... inputShape) {
        OnnxMemory.check(this, inputShape);
    }

    public Optional<OnnxTensorType> output(String name) {
        return outputs.stream().filter(output -> output.name().equals(name)).findFirst();
    }

    /** @throws DataException if there is not exactly one */
    public OnnxTensorType input() {
        if (inputs.size() != 1) {
            throw new DataException(path + ": has " + inputs.size() + " inputs, " + inputs
                    + ", expected one, the picture; export the network with the others as constants");
        }
        return inputs.get(0);
    }

    /**
     * What most of its weights are, and so what it calculates in: {@code float32}, {@code float16} or {@code bfloat16}.
     */
    public String precision() {
        return precision.isEmpty() ? "float32" : precision;
    }

    /**
     * SHA-256 in lower-case hexadecimal of the file; with weights in other files that of the digests of all of them,
     * each with its name.
     */
    public String sha256() {
        try {
            if (external.isEmpty()) {
                return Sha256.of(local);
            }
            StringBuilder digests = new StringBuilder(Sha256.of(local)).append('\n');
            SortedSet<Path> files = new TreeSet<>(external);
            for (Path other : files) {
                digests.append(Sha256.of(other))
                        .append(' ')
                        .append(local.toAbsolutePath().getParent().relativize(other))
                        .append('\n');
            }
            return Sha256.of(digests.toString());
        } catch (IOException e) {
            throw new DataException(path + ": cannot be read: " + e, e);
        }
    }

    /** A node of a graph: the names of the tensors that it takes and gives; an empty name is one that is left out. */
    record OnnxStep(List<String> inputs, List<String> outputs) {
        OnnxStep {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
        }
    }
}
