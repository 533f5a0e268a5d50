package dev.understudy.model.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.files.DataException;
import dev.understudy.files.storage.LocalCopy;
import dev.understudy.model.onnx.OnnxFile.OnnxStep;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the protocol buffer of an ONNX file once, field by field, and skips its weights, so that a file of any
 * size takes little memory. Field numbers are those of onnx.proto3.
 */
final class OnnxReader extends ProtocolBuffer {
    /** What a protocol buffer can be at most; larger networks keep their weights in other files. */
    private static final long MOST_BYTES = Integer.MAX_VALUE;

    private static final long MOST_EXTERNAL_BYTES = 32L << 30;
    private static final int MOST_NODES = 1_000_000;

    /** Elements that sparse weights may have once they are written out, as ONNX Runtime does on loading. */
    private static final long MOST_DENSE = 1L << 28;

    /** Operators that ONNX Runtime has without a library of somebody's: the standard's and its own. */
    private static final Set<String> DOMAINS =
            Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft", "com.microsoft.nchwc", "com.ms.internal.nhwc");

    private final Path local;
    private final Set<String> initialisers = new HashSet<>();
    private final List<OnnxTensorType> inputs = new ArrayList<>();
    private final List<OnnxTensorType> outputs = new ArrayList<>();
    private final List<OnnxStep> steps = new ArrayList<>();
    private final Set<String> external = new TreeSet<>();
    private final Set<String> functions = new HashSet<>();
    /** Operators of other domains, with one example each. */
    private final Map<String, String> foreign = new HashMap<>();

    private String producer = "";
    private long opset;
    private boolean hasGraph;
    private int nodes;
    private long weights;
    /** Elements of weights by what they are, of real numbers alone. */
    private final Map<Integer, Long> reals = new TreeMap<>();

    private OnnxReader(Path file, Path local, CodedInputStream in) {
        super(file, in);
        this.local = local;
    }

    static OnnxFile read(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new DataException(file + ": a folder, expected an ONNX file");
            }
            Path local = LocalCopy.file(file);
            if (Files.size(local) > MOST_BYTES) {
                throw new DataException(file + ": " + Files.size(local) + " bytes, expected at most " + MOST_BYTES
                        + "; save its weights as external data beside it");
            }
            try (InputStream stream = new BufferedInputStream(Files.newInputStream(local), 1 << 16)) {
                OnnxReader reader = new OnnxReader(file, local, CodedInputStream.newInstance(stream, 1 << 16));
                reader.model();
                return reader.result();
            }
        } catch (InvalidProtocolBufferException e) {
            throw notOnnx(file, e);
        } catch (NoSuchFileException e) {
            throw new DataException(file + ": there is no such file; check the card's 'network'", e);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read: " + e, e);
        }
    }

    private static DataException notOnnx(Path file, Exception cause) {
        return new DataException(
                file + ": is no ONNX file, or was cut short (" + cause.getMessage() + "); export or copy it again",
                cause);
    }

    private OnnxFile result() {
        if (!hasGraph || outputs.isEmpty() || opset == 0) {
            throw notOnnx(file, new IOException("no graph with outputs, or no version of the operators"));
        }
        foreign.forEach((operator, example) -> {
            if (!functions.contains(operator)) {
                throw new DataException(file + ": node '" + example + "' is the operator " + operator
                        + ", which needs a library of its own, and none is ever loaded; export the network with standard"
                        + " operators");
            }
        });
        return OnnxFileBuilder.builder()
                .path(file)
                .local(local)
                .producer(producer)
                .opset(opset)
                .inputs(inputs.stream()
                        .filter(i -> !initialisers.contains(i.name()))
                        .toList())
                .outputs(outputs)
                .steps(steps)
                .nodes(nodes)
                .weights(weights)
                .precision(precision())
                .external(externalFiles(file, external))
                .build();
    }

    /** Weights may lie beside the file or below; nowhere else, not even by a link. */
    private static List<Path> externalFiles(Path file, Set<String> locations) {
        List<Path> files = new ArrayList<>();
        long bytes = 0;
        for (String location : locations) {
            try {
                Path found = externalFile(file, location);
                bytes += Files.size(found);
                if (bytes > MOST_EXTERNAL_BYTES) {
                    throw new DataException(file + ": more than " + MOST_EXTERNAL_BYTES
                            + " bytes of weights in other files; it is no network");
                }
                files.add(LocalCopy.beside(file, location));
            } catch (InvalidPathException | IOException e) {
                throw new DataException(
                        file + ": keeps weights in '" + shown(location) + "', which cannot be read (" + e.getMessage()
                                + "); put that file beside it",
                        e);
            }
        }
        return files;
    }

    private static Path externalFile(Path file, String location) throws IOException {
        Path folder = file.toAbsolutePath().getParent().toRealPath();
        Path named = Path.of(location).normalize();
        Path real = folder.resolve(named.toString());
        if (named.isAbsolute() || named.startsWith("..") || !real.toRealPath().startsWith(folder)) {
            throw new DataException(file + ": keeps weights in '" + shown(location)
                    + "', which is outside of its folder; put them beside it");
        }
        return real;
    }

    private String precision() {
        return reals.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(most -> OnnxTensorType.elementName(most.getKey()))
                .orElse("");
    }

    private void model() throws IOException {
        fields((number, tag) -> {
            switch (number) {
                case 2 -> producer = shown(string(tag));
                case 7 -> {
                    hasGraph = true;
                    message(tag, graph(true));
                }
                case 8 -> operatorSet(tag);
                case 25 -> function(tag);
                default -> in.skipField(tag);
            }
        });
    }

    private void operatorSet(int tag) throws IOException {
        String[] domain = {""};
        long[] version = {0};
        message(tag, (number, inner) -> {
            switch (number) {
                case 1 -> domain[0] = string(inner);
                case 2 -> version[0] = number(inner);
                default -> in.skipField(inner);
            }
        });
        if (domain[0].isEmpty() || domain[0].equals("ai.onnx")) {
            opset = version[0];
        }
    }

    private void function(int tag) throws IOException {
        String[] name = {"", ""};
        message(tag, (number, inner) -> {
            switch (number) {
                case 1 -> name[1] = string(inner);
                case 7 -> node(inner, null);
                case 10 -> name[0] = string(inner);
                default -> in.skipField(inner);
            }
        });
        functions.add(name[0] + "." + name[1]);
    }

    /** @param main whether its inputs and outputs are the network's, and not those of a branch or a loop */
    private Field graph(boolean main) {
        return (number, tag) -> {
            switch (number) {
                case 1 -> node(tag, main ? steps : null);
                case 5 -> tensor(tag, main);
                case 11 -> {
                    OnnxTensorType type = valueInfo(tag);
                    if (main) {
                        inputs.add(type);
                    }
                }
                case 12 -> {
                    OnnxTensorType type = valueInfo(tag);
                    if (main) {
                        outputs.add(type);
                    }
                }
                case 15 -> sparseTensor(tag, main);
                default -> in.skipField(tag);
            }
        };
    }

    /** @param steps what it is added to; null if it is of a branch, a loop or a function */
    private void node(int tag, @Nullable List<OnnxStep> steps) throws IOException {
        if (++nodes > MOST_NODES) {
            throw new DataException(file + ": has more than " + MOST_NODES + " nodes; it is no network");
        }
        String[] of = {"", "", ""};
        List<String> takes = new ArrayList<>();
        List<String> gives = new ArrayList<>();
        message(tag, (number, inner) -> {
            switch (number) {
                case 1 -> takes.add(string(inner));
                case 2 -> gives.add(string(inner));
                case 3 -> of[2] = string(inner);
                case 4 -> of[1] = string(inner);
                case 5 -> message(inner, this::attribute);
                case 7 -> of[0] = string(inner);
                default -> in.skipField(inner);
            }
        });
        if (!DOMAINS.contains(of[0]) && foreign.size() < 1000) {
            foreign.putIfAbsent(of[0] + "." + of[1], shown(of[2]));
        }
        if (steps != null) {
            steps.add(new OnnxStep(takes, gives));
        }
    }

    private void attribute(int number, int tag) throws IOException {
        switch (number) {
            case 5, 10 -> tensor(tag, false);
            case 6, 11 -> message(tag, graph(false));
            case 22, 23 -> sparseTensor(tag, false);
            default -> in.skipField(tag);
        }
    }

    private void tensor(int tag, boolean initialiser) throws IOException {
        long[] elements = {1};
        int[] type = {0};
        message(tag, (number, inner) -> {
            switch (number) {
                case 1 -> dims(inner, elements);
                case 2 -> type[0] = (int) number(inner);
                case 8 -> {
                    String name = string(inner);
                    if (initialiser) {
                        initialisers.add(name);
                    }
                }
                case 13 -> externalData(inner);
                default -> in.skipField(inner);
            }
        });
        weights += initialiser ? elements[0] : 0;
        if (OnnxTensorType.isReal(type[0])) {
            reals.merge(
                    type[0], elements[0], (a, b) -> Math.min(a, Long.MAX_VALUE / 2) + Math.min(b, Long.MAX_VALUE / 2));
        }
    }

    private void sparseTensor(int tag, boolean initialiser) throws IOException {
        long[] elements = {1};
        message(tag, (number, inner) -> {
            switch (number) {
                case 1 -> tensor(inner, initialiser);
                case 2 -> tensor(inner, false);
                case 3 -> dims(inner, elements);
                default -> in.skipField(inner);
            }
        });
        if (elements[0] > MOST_DENSE) {
            throw new DataException(file + ": has sparse weights of " + elements[0]
                    + " elements when written out, expected at most " + MOST_DENSE);
        }
    }

    private void dims(int tag, long[] product) throws IOException {
        if ((tag & 7) == 2) {
            int outer = in.pushLimit(in.readRawVarint32());
            while (in.getBytesUntilLimit() > 0) {
                multiply(product, in.readInt64());
            }
            in.popLimit(outer);
        } else {
            multiply(product, number(tag));
        }
    }

    private void multiply(long[] product, long side) {
        if (side < 0 || side > 0 && product[0] > Long.MAX_VALUE / side) {
            throw new DataException(file + ": has weights of a shape that cannot be; it is damaged or made to do harm");
        }
        product[0] *= side;
    }

    private void externalData(int tag) throws IOException {
        String[] entry = {"", ""};
        message(tag, (number, inner) -> {
            switch (number) {
                case 1 -> entry[0] = string(inner);
                case 2 -> entry[1] = string(inner);
                default -> in.skipField(inner);
            }
        });
        if (entry[0].equals("location") && external.size() < 10_000) {
            external.add(entry[1]);
        }
    }

    private OnnxTensorType valueInfo(int tag) throws IOException {
        String[] name = {""};
        int[] element = {0};
        List<String> sides = new ArrayList<>();
        message(tag, (number, inner) -> {
            switch (number) {
                case 1 -> name[0] = string(inner);
                case 2 ->
                    message(inner, (n, type) -> {
                        if (n == 1) {
                            message(type, (m, tensor) -> tensorType(m, tensor, element, sides));
                        } else {
                            in.skipField(type);
                        }
                    });
                default -> in.skipField(inner);
            }
        });
        return new OnnxTensorType(name[0], element[0], sides);
    }

    private void tensorType(int number, int tag, int[] element, List<String> sides) throws IOException {
        switch (number) {
            case 1 -> element[0] = (int) number(tag);
            case 2 ->
                message(tag, (n, dimension) -> {
                    if (n == 1 && sides.size() < 64) {
                        String[] side = {"?"};
                        message(dimension, (m, value) -> {
                            switch (m) {
                                case 1 -> {
                                    // Some exporters write −1 for a size that is not known.
                                    long size = number(value);
                                    side[0] = size < 0 ? "?" : Long.toString(size);
                                }
                                case 2 -> {
                                    String parameter = shown(string(value));
                                    side[0] = parameter.isEmpty() || parameter.matches("[0-9]+") ? "?" : parameter;
                                }
                                default -> in.skipField(value);
                            }
                        });
                        sides.add(side[0]);
                    } else {
                        in.skipField(dimension);
                    }
                });
            default -> in.skipField(tag);
        }
    }
}
