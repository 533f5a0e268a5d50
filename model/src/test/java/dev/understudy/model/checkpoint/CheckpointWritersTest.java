package dev.understudy.model.checkpoint;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;

import dev.understudy.files.Scratch;
import dev.understudy.model.checkpoint.CheckpointReader.CheckpointContainer;
import dev.understudy.model.checkpoint.Tensor.HalfFloats;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class CheckpointWritersTest {
    private Path folder;

    @BeforeMethod
    public void makeFolder() throws Exception {
        folder = Scratch.folder("checkpoint-writers");
    }

    @AfterMethod
    public void removeFolder() throws Exception {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @DataProvider
    public Object[][] golden() {
        return new Object[][] {{"zip.pth"}, {"half.pth"}, {"bfloat16.pth"}, {"double.pth"}, {"views.pth"}};
    }

    @Test(dataProvider = "golden")
    public void bothWritersKeepEveryTensorAndTheirOrder(String name) throws Exception {
        Checkpoint original = CheckpointReader.read(GoldenCheckpointsTest.path(name));
        PyTorchZipWriter.write(folder.resolve("a"), original);
        SafetensorsWriter.write(folder.resolve("b"), original);
        for (String copy : List.of("a", "b")) {
            Checkpoint read = CheckpointReader.read(folder.resolve(copy));
            assertEquals(read, original);
            assertEquals(
                    List.copyOf(read.tensors().keySet()),
                    List.copyOf(original.tensors().keySet()));
        }
    }

    @Test
    public void everyTypeSurvives() throws Exception {
        Checkpoint all = everyType();
        PyTorchZipWriter.write(folder.resolve("a"), all);
        SafetensorsWriter.write(folder.resolve("b"), all);
        assertEquals(CheckpointReader.read(folder.resolve("a")), all);
        assertEquals(CheckpointReader.read(folder.resolve("b")), all);
        assertEquals(CheckpointReader.inspect(folder.resolve("b")).container(), CheckpointContainer.SAFETENSORS);
    }

    @Test
    public void sameTensorsGiveSameBytesUnderAnyName() throws Exception {
        Checkpoint all = everyType();
        assertEquals(
                PyTorchZipWriter.write(folder.resolve("a"), all).sha256(),
                PyTorchZipWriter.write(folder.resolve("other.pth"), all).sha256());
        assertEquals(
                SafetensorsWriter.write(folder.resolve("b"), all).sha256(),
                SafetensorsWriter.write(folder.resolve("c"), all).sha256());
    }

    @Test
    public void halfStorageRoundsFloatsAndLeavesIntegers() throws Exception {
        Checkpoint original = CheckpointReader.read(GoldenCheckpointsTest.path("double.pth"));
        PyTorchZipWriter.write(folder.resolve("half"), original.withFloatsAs(TensorType.FLOAT16));
        // The golden halves were made by PyTorch from these doubles.
        assertEquals(
                CheckpointReader.read(folder.resolve("half")),
                CheckpointReader.read(GoldenCheckpointsTest.path("half.pth")));
        assertEquals(
                original.withFloatsAs(TensorType.BFLOAT16),
                CheckpointReader.read(GoldenCheckpointsTest.path("bfloat16.pth")));
    }

    @Test
    public void aValueBeyondHalfsRangeIsNamed() {
        Checkpoint large = new Checkpoint(Map.of("w", Tensor.of(new long[] {2}, new float[] {1, 70000})));
        CheckpointException e = expectThrows(() -> large.withFloatsAs(TensorType.FLOAT16));
        assertEquals(e.getMessage(), "tensor w: the value 70000.0 is beyond the range of float16");
    }

    @Test
    public void storagesStartAtMultiplesOf64() throws Exception {
        PyTorchZipWriter.write(folder.resolve("a"), everyType());
        byte[] file = Files.readAllBytes(folder.resolve("a"));
        int entries = 0;
        for (int i = 0; i + 30 < file.length; i++) {
            if (file[i] == 'P' && file[i + 1] == 'K' && file[i + 2] == 3 && file[i + 3] == 4) {
                int name = file[i + 26] & 0xFF;
                int extra = file[i + 28] & 0xFF;
                assertEquals((i + 30 + name + extra) % 64, 0);
                entries++;
            }
        }
        assertEquals(entries, everyType().tensors().size() + 3);
    }

    @Test
    public void halfsConvertBackToThemselves() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfFloats.toFloat((short) bits);
            if (!Float.isNaN(value)) {
                assertEquals(HalfFloats.fromFloat(value), (short) bits);
            } else {
                assertTrue(Float.isNaN(HalfFloats.toFloat(HalfFloats.fromFloat(value))));
            }
        }
    }

    @Test
    public void halfsRoundToNearestEven() {
        assertEquals(HalfFloats.fromFloat(1 + 0x1p-11f), (short) 0x3C00);
        assertEquals(HalfFloats.fromFloat(1 + 0x3p-11f), (short) 0x3C02);
        assertEquals(HalfFloats.fromFloat(65519.99f), (short) 0x7BFF);
        assertEquals(HalfFloats.fromFloat(65520f), (short) 0x7C00);
        assertEquals(HalfFloats.fromFloat(0x1p-25f), (short) 0);
        assertEquals(HalfFloats.fromFloat(0x1.8p-25f), (short) 1);
        assertEquals(HalfFloats.fromFloat(-0x1.FFFp-15f), (short) 0x8400);
    }

    @Test
    public void aTensorHoldsExactlyTheBytesOfItsShape() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Tensor(new long[] {2, 3}, TensorType.FLOAT32, ByteBuffer.allocate(20)));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Tensor(new long[] {-1}, TensorType.FLOAT32, ByteBuffer.allocate(0)));
        assertEquals(
                new Tensor(new long[] {Long.MAX_VALUE, 4, 0}, TensorType.INT8, ByteBuffer.allocate(0)).elements(), 0);
    }

    static Checkpoint everyType() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (TensorType type : TensorType.values()) {
            ByteBuffer bytes = ByteBuffer.allocate(type.bytes() * 3);
            for (int i = 0; i < bytes.capacity(); i++) {
                bytes.put(i, (byte) (type == TensorType.BOOL ? i % 2 : i + 1));
            }
            tensors.put("of." + type.title(), new Tensor(new long[] {1, 3}, type, bytes));
        }
        tensors.put("scalar", Tensor.of(new long[0], new float[] {4.5f}));
        tensors.put("empty", Tensor.of(new long[] {0, 4}, new float[0]));
        tensors.put("größe.weight", Tensor.of(new long[] {300, 2}, new float[600]));
        return new Checkpoint(tensors);
    }

    private static CheckpointException expectThrows(Runnable action) {
        return org.testng.Assert.expectThrows(CheckpointException.class, action::run);
    }
}
