package dev.understudy.store;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.store.StoreVerifier.StoreProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What a store says of its shards, when it is somebody else's, or damaged. */
public class SuccessFileTest {
    private static final int MORE_THAN_A_LINE_HAS = 3_000_000;

    private Path store;
    private StoreLayout layout;

    @BeforeMethod
    public void makeStore() throws IOException {
        store = Scratch.folder("success");
        StoreFixture.label(store, StoreFixture.frames(4), 2);
        layout = new StoreLayout(store);
    }

    @AfterMethod
    public void removeStore() throws IOException {
        Scratch.delete(store);
    }

    private String refused() {
        return String.valueOf(
                expectThrows(DataException.class, () -> LabelStore.open(store)).getMessage());
    }

    @Test
    public void aLineWithoutEndIsToldInBoundedMemory() throws IOException {
        List<String> lines = Files.readAllLines(layout.success());
        Files.writeString(layout.success(), "x".repeat(MORE_THAN_A_LINE_HAS));
        assertTrue(refused().startsWith(layout.success() + ":1: found a line of more than "), refused());
        // White space is nothing to JSON: read whole, this one would be a record like any other.
        Files.writeString(
                layout.success(),
                lines.get(0) + "\n" + lines.get(1) + " ".repeat(MORE_THAN_A_LINE_HAS) + "\n" + lines.get(2) + "\n");
        assertTrue(refused().startsWith(layout.success() + ":2: found a line of more than "), refused());
    }

    @Test
    public void shardsThatAreMissingOrTooManyAreCounted() throws IOException {
        List<String> lines = Files.readAllLines(layout.success());
        Files.write(layout.success(), lines.subList(0, 2));
        assertTrue(refused().contains("lists 1 shards, expected 2"), refused());
        Files.write(layout.success(), new byte[] {'{', (byte) 0xC3, '(', '\n'});
        assertTrue(refused().contains("found bytes that are no UTF-8"), refused());
        Files.delete(layout.success());
        assertTrue(refused().contains("not complete, there is no _SUCCESS"), refused());
    }

    @Test
    public void aRecordOfAShardIsReadInBoundedMemory() throws IOException {
        String id = SuccessFile.read(layout).shards().get(0).id();
        Path record = layout.record(id);
        Files.writeString(record, " ".repeat(MORE_THAN_A_LINE_HAS), StandardOpenOption.APPEND);
        List<StoreProblem> problems = StoreVerifier.verify(store, count -> {});
        assertEquals(problems.size(), 1, problems.toString());
        assertTrue(problems.get(0).toString().contains("found more than 1048576 bytes"), problems.toString());
    }
}
