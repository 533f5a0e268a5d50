package dev.understudy.files;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class TextLinesTest {
    private Path file;

    @BeforeClass
    public void chooseFile() throws IOException {
        file = Scratch.folder("lines").resolve("list.txt");
    }

    @DataProvider
    public Object[][] texts() {
        List<String> lines = List.of("a 1", "", "ü 厨", "z");
        return new Object[][] {
            {"a 1\n\nü 厨\nz\n", StandardCharsets.UTF_8, lines},
            {"a 1\r\n\r\nü 厨\r\nz\r\n", StandardCharsets.UTF_8, lines},
            {"a 1\r\rü 厨\rz", StandardCharsets.UTF_8, lines},
            {"\uFEFFa 1\r\n\r\nü 厨\r\nz", StandardCharsets.UTF_8, lines},
            {"\uFEFFa 1\r\n\r\nü 厨\r\nz", StandardCharsets.UTF_16LE, lines},
            {"\uFEFFa 1\n\nü 厨\nz", StandardCharsets.UTF_16BE, lines},
            {"\uFEFF", StandardCharsets.UTF_8, List.of()},
            {"", StandardCharsets.UTF_8, List.of()},
            {"\n", StandardCharsets.UTF_8, List.of("")},
        };
    }

    @Test(dataProvider = "texts")
    public void everyKindOfTextFileGivesItsLines(String text, Charset charset, List<String> lines) throws IOException {
        Files.write(file, text.getBytes(charset));
        assertEquals(read(100, 10), lines);
    }

    @Test
    public void aLineWithoutEndIsToldInBoundedMemory() throws IOException {
        Files.writeString(file, "short\n" + "x".repeat(5_000_000));
        DataException e = expectThrows(DataException.class, () -> read(1000, 10));
        assertEquals(
                e.getMessage(),
                file + ":2: found a line of more than 1000 characters, expected shorter ones; is this the right file?");
        Files.writeString(file, "\n".repeat(11));
        assertTrue(expectThrows(DataException.class, () -> read(1000, 10))
                .getMessage()
                .contains("more than 10 lines"));
    }

    @Test
    public void whatIsNoTextIsToldWithItsLine() throws IOException {
        Files.write(file, new byte[] {'a', '\n', (byte) 0xC3, (byte) 0x28, '\n'});
        DataException e = expectThrows(DataException.class, () -> read(1000, 10));
        assertTrue(e.getMessage().contains("found bytes that are no UTF-8"), e.getMessage());
        DataException none = expectThrows(DataException.class, () -> new TextLines(file.resolveSibling("none"), 1, 1));
        assertTrue(none.getMessage().contains("found no such file"), none.getMessage());
    }

    private List<String> read(int longest, int most) {
        List<String> lines = new ArrayList<>();
        try (TextLines in = new TextLines(file, longest, most)) {
            for (String line = in.next(); line != null; line = in.next()) {
                lines.add(line);
                assertEquals(in.number(), lines.size());
            }
        }
        return lines;
    }
}
