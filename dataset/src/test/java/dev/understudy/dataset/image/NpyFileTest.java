package dev.understudy.dataset.image;

import dev.understudy.dataset.image.NpyFile.NpyArray;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.testng.Assert;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class NpyFileTest {
    private Path file;

    @BeforeClass
    public void makeFile() throws IOException {
        file = Scratch.file("array", ".npy");
    }

    @AfterClass
    public void removeFile() throws IOException {
        Files.delete(file);
    }

    @DataProvider
    public Object[][] shapes() {
        return new Object[][] {
            {new long[] {}}, {new long[] {5}}, {new long[] {2, 3, 4, 5}}, {new long[] {0, 7}}, {new long[] {3, 10_000}}
        };
    }

    @Test(dataProvider = "shapes")
    public void whatIsWrittenIsReadBack(long[] shape) throws IOException {
        float[] values = new float[(int) NpyArray.elements(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.5f - 3;
        }
        NpyFile.write(file, new NpyArray(shape, values));
        NpyArray read = NpyFile.read(file);
        Assert.assertEquals(read.shape(), shape);
        Assert.assertEquals(read.values(), values);
    }

    @Test
    public void headerIsNumpysOwn() throws IOException {
        NpyFile.write(file, new NpyArray(new long[] {2, 1}, new float[] {1, 2}));
        byte[] bytes = Files.readAllBytes(file);
        Assert.assertEquals(bytes.length, 128 + 8, "data starts at a multiple of 64");
        Assert.assertEquals(
                new String(bytes, 10, 118, StandardCharsets.US_ASCII).strip(),
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }");
        Assert.assertEquals(bytes[127], '\n');
    }

    @Test
    public void versionsTwoAndThreeHaveLongerLengths() throws IOException {
        for (byte version : new byte[] {2, 3}) {
            byte[] header =
                    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n".getBytes(StandardCharsets.UTF_8);
            byte[] bytes =
                    bytes(version, new byte[] {(byte) header.length, 0, 0, 0}, header, new byte[] {0, 0, -128, 63});
            Files.write(file, bytes);
            Assert.assertEquals(NpyFile.read(file).values(), new float[] {1});
        }
    }

    @DataProvider
    public Object[][] wrongHeaders() {
        return new Object[][] {
            {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", "<f8"},
            {"{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", "Fortran"},
            {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "expected"},
            {"{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000,), }", "at most"},
            {"{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000, 4000000000, 3), }", "at most"},
            {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,,2), }", "tuple"},
            {"{'descr': '<f4', 'fortran_order': False}", "shape"},
            {"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "descr"},
        };
    }

    @Test(dataProvider = "wrongHeaders")
    public void wrongHeadersAreRefusedByName(String header, String word) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        Files.write(file, bytes((byte) 1, new byte[] {(byte) text.length, 0}, text, new byte[4]));
        DataException e = Assert.expectThrows(DataException.class, () -> NpyFile.read(file));
        Assert.assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
        Assert.assertTrue(e.getMessage().contains(word), e.getMessage());
    }

    @Test
    public void damagedFilesAreReadOrRefused() throws IOException {
        NpyFile.write(file, new NpyArray(new long[] {3, 4}, new float[12]));
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(5);
        for (int round = 0; round < 500; round++) {
            byte[] damaged = Arrays.copyOf(whole, round % 2 == 0 ? whole.length : random.nextInt(whole.length));
            for (int i = 0; i < 3 && damaged.length > 0; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, damaged);
            try {
                NpyFile.read(file);
            } catch (DataException e) {
                Assert.assertFalse(e.getMessage().isEmpty());
            }
        }
    }

    private static byte[] bytes(byte version, byte[] length, byte[] header, byte[] data) throws IOException {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', version, 0});
        out.write(length);
        out.write(header);
        out.write(data);
        return out.toByteArray();
    }
}
