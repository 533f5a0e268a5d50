package dev.understudy.model.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import com.google.protobuf.CodedOutputStream;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import dev.understudy.model.onnx.OnnxFile.OnnxStep;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    /**
     * How much memory a network takes for one input. ONNX Runtime infers the shapes of all tensors on loading, but
     * tells only those of the outputs; so it is given the file with every tensor as an output. A protocol buffer makes
     * that easy: bytes behind a message add to its lists.
     */
    static final class OnnxMemory {
        /** Larger files, with all their weights inside, are copied for this to the disk and not into memory. */
        private static final long LARGEST_IN_MEMORY = 256L << 20;

        private static final Logger LOG = LoggerFactory.getLogger(OnnxMemory.class);

        private static final int GRAPH = 7;
        private static final int GRAPH_OUTPUT = 12;
        private static final int VALUE_NAME = 1;

        private OnnxMemory() {}

        static void check(OnnxFile file, long[] inputShape) {
            check(file, inputShape, LARGEST_IN_MEMORY);
        }

        /** @param largestInMemory bytes of a file that is copied into memory */
        static void check(OnnxFile file, long[] inputShape, long largestInMemory) {
            try {
                Map<String, Long> bytes = tensorBytes(file, inputShape, largestInMemory);
                if (!OnnxRuntime.isBounded()) {
                    warnOfUnknown(file, bytes);
                }
                long needed = peak(file, bytes);
                if (needed > OnnxArena.machineBytes() / 2) {
                    throw new DataException(file.path() + ": needs " + OnnxArena.inWords(needed) + " for one input of "
                            + Arrays.toString(inputShape) + ", expected at most " + OnnxArena.limitInWords()
                            + "; give the card a smaller size, or do not trust the file");
                }
            } catch (OrtException e) {
                throw OnnxNetwork.refused(file.path(), e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Bytes of each tensor whose shape is known, by name. */
        private static Map<String, Long> tensorBytes(OnnxFile file, long[] inputShape, long largestInMemory)
                throws IOException, OrtException {
            try (SessionOptions options = OnnxRuntime.options()) {
                options.setOptimizationLevel(SessionOptions.OptLevel.NO_OPT);
                options.addConfigEntry("session.disable_prepacking", "1");
                options.addConfigEntry(
                        "session.model_external_initializers_file_folder_path",
                        file.local().toAbsolutePath().getParent().toString());
                OnnxTensorType input = file.input();
                long[] sides = input.shapeOf(inputShape);
                for (int i = 0; i < input.rank(); i++) {
                    if (input.isDynamic(i) && !input.sides().get(i).equals("?")) {
                        options.setSymbolicDimensionValue(input.sides().get(i), sides[i]);
                    }
                }
                if (file.external().isEmpty() && Files.size(file.local()) > largestInMemory) {
                    Path copy = Files.createTempFile("understudy-network", ".onnx");
                    try {
                        Files.copy(file.local(), copy, StandardCopyOption.REPLACE_EXISTING);
                        Files.write(copy, moreOutputs(file), StandardOpenOption.APPEND);
                        return outputBytes(OnnxRuntime.environment().createSession(copy.toString(), options));
                    } finally {
                        Files.delete(copy);
                    }
                }
                return outputBytes(OnnxRuntime.environment().createSession(withAllOutputs(file), options));
            }
        }

        /** @param opened is closed */
        private static Map<String, Long> outputBytes(OrtSession opened) throws OrtException {
            try (OrtSession session = opened) {
                Map<String, Long> bytes = new HashMap<>();
                for (NodeInfo tensor : session.getOutputInfo().values()) {
                    if (tensor.getInfo() instanceof TensorInfo info
                            && Arrays.stream(info.getShape()).allMatch(side -> side >= 0)) {
                        bytes.put(tensor.getName(), bytes(info));
                    }
                }
                return bytes;
            }
        }

        /** What depends on the picture, or on an operator that tells nothing, only the arena bounds. */
        private static void warnOfUnknown(OnnxFile file, Map<String, Long> bytes) {
            long unknown = file.steps().stream()
                    .flatMap(step -> step.outputs().stream())
                    .filter(name -> !name.isEmpty() && !bytes.containsKey(name))
                    .count();
            if (unknown > 0) {
                LOG.warn(
                        "{}: the sizes of {} of its tensors are not known before it runs, so neither is the memory that it takes",
                        file.path(),
                        unknown);
            }
        }

        private static long bytes(TensorInfo info) {
            double bytes = Math.max(1, info.type.size);
            for (long side : info.getShape()) {
                bytes *= side < 0 ? 0 : side;
            }
            return (long) Math.min(bytes, Long.MAX_VALUE / 4);
        }

        private static ByteBuffer withAllOutputs(OnnxFile file) throws IOException {
            byte[] more = moreOutputs(file);
            try (SeekableByteChannel channel = Files.newByteChannel(file.local())) {
                ByteBuffer all = ByteBuffer.allocateDirect(Math.toIntExact(channel.size() + more.length));
                all.limit(all.capacity() - more.length);
                while (all.hasRemaining() && channel.read(all) >= 0) {
                    // A channel reads as much as it likes at a time.
                }
                return all.limit(all.capacity()).put(more).flip();
            }
        }

        private static byte[] moreOutputs(OnnxFile file) throws IOException {
            Set<String> names = new HashSet<>();
            file.outputs().forEach(output -> names.add(output.name()));
            ByteArrayOutputStream outputs = new ByteArrayOutputStream();
            CodedOutputStream list = CodedOutputStream.newInstance(outputs);
            for (OnnxStep step : file.steps()) {
                for (String name : step.outputs()) {
                    if (!name.isEmpty() && names.add(name)) {
                        list.writeTag(GRAPH_OUTPUT, 2);
                        list.writeUInt32NoTag(CodedOutputStream.computeStringSize(VALUE_NAME, name));
                        list.writeString(VALUE_NAME, name);
                    }
                }
            }
            list.flush();
            ByteArrayOutputStream model = new ByteArrayOutputStream();
            CodedOutputStream graph = CodedOutputStream.newInstance(model);
            graph.writeByteArray(GRAPH, outputs.toByteArray());
            graph.flush();
            return model.toByteArray();
        }

        /** The most that is alive at once: a tensor from its node on, to the last node that takes it. */
        private static long peak(OnnxFile file, Map<String, Long> bytes) {
            Map<String, Integer> last = new HashMap<>();
            for (int i = 0; i < file.steps().size(); i++) {
                for (String name : file.steps().get(i).inputs()) {
                    last.put(name, i);
                }
            }
            file.outputs().forEach(output -> last.put(output.name(), Integer.MAX_VALUE));
            double alive = 0;
            double most = 0;
            for (int i = 0; i < file.steps().size(); i++) {
                OnnxStep step = file.steps().get(i);
                for (String name : step.outputs()) {
                    alive += bytes.getOrDefault(name, 0L);
                }
                most = Math.max(most, alive);
                Set<String> done = new HashSet<>(step.inputs());
                done.addAll(step.outputs());
                for (String name : done) {
                    alive -= last.getOrDefault(name, i) <= i ? bytes.getOrDefault(name, 0L) : 0;
                }
            }
            return (long) Math.min(most, Long.MAX_VALUE);
        }
    }
}
