package dev.understudy.model.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The safetensors format: u64 length of a JSON header, the header, the data. The header gives type, shape and data
 * range of each tensor; the ranges must cover the data without holes or overlap.
 */
final class SafetensorsFile {
    static final String METADATA = "__metadata__";
    static final Map<TensorType, String> TYPES = Map.of(
            TensorType.FLOAT64, "F64",
            TensorType.FLOAT32, "F32",
            TensorType.FLOAT16, "F16",
            TensorType.BFLOAT16, "BF16",
            TensorType.INT64, "I64",
            TensorType.INT32, "I32",
            TensorType.INT16, "I16",
            TensorType.INT8, "I8",
            TensorType.UINT8, "U8",
            TensorType.BOOL, "BOOL");

    private static final int LONGEST_HEADER = 8 << 20;
    private static final int MOST_DIMENSIONS = 64;
    private static final int DEEPEST = 8;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(32)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private record Range(String name, long begin, long end) {}

    private final ByteCursor file;

    private SafetensorsFile(ByteCursor file) {
        this.file = file;
    }

    static boolean matches(ByteCursor file) {
        if (file.size() < 9) {
            return false;
        }
        ByteCursor start = file.within(0, 9, "signature");
        long length = start.i64("signature");
        return length >= 2 && length <= Integer.MAX_VALUE && start.u8("signature") == '{';
    }

    static Map<String, Tensor> read(ByteCursor file) {
        return new SafetensorsFile(file).read();
    }

    private Map<String, Tensor> read() {
        long length = file.i64("length of the header");
        if (length > LONGEST_HEADER) {
            throw file.failure("has a header of " + length + " bytes; " + LONGEST_HEADER + " is the most that is read");
        }
        JsonNode header = header(file.array(length, "header"));
        ByteBuffer data = file.take(file.remaining(), "data");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        List<Range> ranges = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            if (!entry.getKey().equals(METADATA)) {
                tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), data, ranges));
            }
        }
        checkCover(ranges, data.remaining());
        return tensors;
    }

    private JsonNode header(byte[] json) {
        try {
            JsonNode header = JSON.readTree(json);
            if (header.isObject()) {
                return header;
            }
        } catch (JsonProcessingException e) {
            throw file.failure("has a header that is no JSON: " + ByteCursor.quote(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw file.failure("has a header that is no JSON: " + ByteCursor.quote(String.valueOf(e.getMessage())), e);
        }
        throw file.failure("has a header that is no JSON object");
    }

    private Tensor tensor(String name, JsonNode entry, ByteBuffer data, List<Range> ranges) {
        TensorType type = type(name, entry.path("dtype").asText());
        JsonNode sizes = entry.path("shape");
        if (!sizes.isArray() || sizes.size() > MOST_DIMENSIONS) {
            throw failure(name, "has no shape");
        }
        long[] shape = new long[sizes.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = integer(name, sizes.path(i));
        }
        long begin = integer(name, entry.path("data_offsets").path(0));
        long end = integer(name, entry.path("data_offsets").path(1));
        int bytes = Tensor.bytes(shape, type).orElseThrow(() -> failure(name, "has a shape that cannot be"));
        if (end - begin != bytes || end > data.remaining()) {
            throw failure(
                    name,
                    "has the data range " + begin + " to " + end + " for " + bytes + " bytes in " + data.remaining());
        }
        ranges.add(new Range(name, begin, end));
        return new Tensor(shape, type, data.slice((int) begin, bytes));
    }

    private void checkCover(List<Range> ranges, long available) {
        ranges.sort(Comparator.comparingLong(Range::begin).thenComparingLong(Range::end));
        long covered = 0;
        for (Range range : ranges) {
            if (range.begin != covered) {
                throw failure(
                        range.name, "starts at " + range.begin + " of the data where " + covered + " was expected");
            }
            covered = range.end;
        }
        if (covered != available) {
            throw file.failure("has " + available + " bytes of data and tensors for " + covered
                    + "; the file is damaged or cut off: fetch it again");
        }
    }

    private TensorType type(String name, String title) {
        for (Map.Entry<TensorType, String> entry : TYPES.entrySet()) {
            if (entry.getValue().equals(title)) {
                return entry.getKey();
            }
        }
        throw failure(name, "has the unsupported type " + ByteCursor.quote(title));
    }

    private long integer(String name, JsonNode node) {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
            throw failure(name, "has a size or offset that is no number");
        }
        return node.longValue();
    }

    private CheckpointException failure(String name, String problem) {
        return file.failure("tensor " + ByteCursor.quote(name) + " " + problem);
    }
}
