package dev.understudy.model.checkpoint;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.model.checkpoint.MxnetParamsFiles.ArrayVersion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class MxnetAndSafetensorsTest {
    @DataProvider
    public Object[][] versions() {
        return new Object[][] {{ArrayVersion.UNSIGNED}, {ArrayVersion.V1}, {ArrayVersion.V2}};
    }

    @Test(dataProvider = "versions")
    public void mxnetArraysOfAllVersionsAreRead(ArrayVersion version) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("arg:conv1a_weight", Tensor.of(new long[] {2, 1, 1, 2}, new float[] {1, 2, 3, -4}));
        tensors.put("aux:bn_moving_mean", Tensor.of(new long[] {2}, new float[] {0.5f, 1e-9f}));
        tensors.put(
                "arg:half",
                new Tensor(new long[] {3}, TensorType.FLOAT16, ByteBuffer.wrap(new byte[] {0, 60, 0, -68, 1, 0})));
        tensors.put("arg:labels", new Tensor(new long[] {1}, TensorType.INT64, ByteBuffer.allocate(8)));
        Checkpoint original = new Checkpoint(tensors);
        Checkpoint read = CheckpointBytes.read(MxnetParamsFiles.bytes(version, original));
        assertEquals(read, original);
        assertEquals(List.copyOf(read.tensors().keySet()), List.copyOf(tensors.keySet()));
        assertEquals(read.parameterCount(), 7);
    }

    @Test
    public void mxnetRefusals() {
        Checkpoint one = new Checkpoint(Map.of("arg:a", Tensor.of(new long[] {2}, new float[2])));
        byte[] sparse = MxnetParamsFiles.bytes(ArrayVersion.V2, one);
        sparse[28] = 1;
        assertRefused(sparse, "storage type 1; only dense");
        byte[] huge = MxnetParamsFiles.bytes(ArrayVersion.V1, one);
        ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putLong(32, 1L << 61);
        assertRefused(huge, "which cannot be");
        byte[] many = MxnetParamsFiles.bytes(ArrayVersion.V1, one);
        ByteBuffer.wrap(many).order(ByteOrder.LITTLE_ENDIAN).putLong(16, Long.MAX_VALUE);
        assertRefused(many, "file: ");
        byte[] old = MxnetParamsFiles.bytes(ArrayVersion.UNSIGNED, one);
        assertRefused(CheckpointBytes.concatenate(old, new byte[3]), "goes on for 3 bytes");
    }

    /** Its first eight bytes are MXNet's magic number. */
    @Test
    public void aSafetensorsHeaderOf274BytesIsNotTakenForMxnet() {
        String header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
        Checkpoint read = CheckpointBytes.read(safetensors(header + " ".repeat(274 - header.length()), 1));
        assertEquals(read.tensors().keySet(), Set.of("a"));
    }

    @DataProvider
    public Object[][] headers() {
        String a = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
        return new Object[][] {
            {"{ ", 0, "no JSON"},
            {a + "} x", 8, "no JSON"},
            {a + "}", 9, "9 bytes of data and tensors for 8"},
            {a + "}", 7, "data range 0 to 8"},
            {a + ",\"a\":{}}", 8, "no JSON: Duplicate"},
            {a + ",\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12, "where 8 was expected"},
            {a + ",\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[12,20]}}", 20, "where 8 was expected"},
            {"{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2, "unsupported type F8_E4M3"},
            {"{\"a\":{\"dtype\":\"U8\",\"shape\":[-2],\"data_offsets\":[0,2]}}", 2, "no number"},
            {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1.5],\"data_offsets\":[0,2]}}", 2, "no number"},
            {"{\"a\":{\"dtype\":\"U8\",\"shape\":[9223372036854775807,4],\"data_offsets\":[0,2]}}", 2, "cannot be"},
            {
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[9223372036854775806,9223372036854775807]}}",
                2,
                ""
            },
            {"{\"a\":{\"dtype\":\"U8\",\"shape\":2,\"data_offsets\":[0,2]}}", 2, "no shape"},
            {"{\"a\":7}", 2, "unsupported type"},
            {"{\"a\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}", 2, "depth"},
            {"{\"a\":" + "9".repeat(5_000) + "}", 2, "no JSON"},
        };
    }

    @Test(dataProvider = "headers")
    public void safetensorsRefusals(String header, int data, String problem) {
        assertRefused(safetensors(header, data), problem);
    }

    @Test
    public void aHeaderLongerThanTheFileIsRefused() {
        byte[] file = safetensors("{}", 0);
        file[3] = 1;
        assertRefused(file, "file: ");
    }

    private static byte[] safetensors(String header, int data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        byte[] length = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .array();
        return CheckpointBytes.concatenate(length, json, new byte[data]);
    }

    private static void assertRefused(byte[] file, String problem) {
        String message = expectThrows(CheckpointException.class, () -> CheckpointBytes.read(file))
                .getMessage();
        assertTrue(message.startsWith("file: ") && message.contains(problem) && !message.contains("\n"), message);
    }
}
