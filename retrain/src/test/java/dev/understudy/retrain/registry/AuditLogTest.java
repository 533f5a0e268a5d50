package dev.understudy.retrain.registry;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;

import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.retrain.registry.AuditHistory.AuditEntry;
import dev.understudy.retrain.registry.AuditHistory.AuditEvent;
import dev.understudy.retrain.registry.ModelVersion.VersionDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class AuditLogTest {
    private Path root;
    private Path file;
    private Registry registry;

    @BeforeMethod
    public void fillALog() throws IOException {
        root = Scratch.folder("audit");
        registry = SomeVersions.registry(root, 3);
        registry.promote("v0001", null, "first");
        registry.promote("v0002", "v0001", "better");
        file = registry.folder().resolve("audit.jsonl");
    }

    @AfterMethod(alwaysRun = true)
    public void removeFolder() throws IOException {
        VersionFolders.delete(root);
    }

    @Test
    public void everyAlteredByteBeforeTheLastSwitchIsNoticed() throws IOException {
        long seed = 20260301;
        Random random = new Random(seed);
        byte[] good = Files.readAllBytes(file);
        for (int i = 0; i < 200; i++) {
            byte[] bad = good.clone();
            int at = random.nextInt(bad.length);
            bad[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bad);
            assertThrows("seed " + seed + ", byte " + at, DataException.class, registry::history);
        }
    }

    @Test
    public void aDroppedLineIsNoticed() throws IOException {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            List<String> without = new ArrayList<>(lines);
            without.remove(i);
            Files.write(file, without);
            assertThrows(DataException.class, registry::history);
            assertThrows(DataException.class, () -> registry.promote("v0003", "v0002", ""));
        }
        assertEquals(registry.aliases().champion(), "v0002");
    }

    @Test
    public void aCutOffLineStaysAndIsExplained() throws IOException {
        String before = Files.readString(file);
        for (String fragment : List.of("{\"sequence\":6,\"at\":\"20", "\0\0\0", "{}", "nonsense\nand {more", "{}\n")) {
            Files.writeString(file, before + fragment);
            assertEquals(registry.history().entries().size(), 5);
            registry.challenge("v0003");
            assertTrue(Files.readString(file).startsWith(before + fragment), "not a byte is rewritten");
            assertEquals(registry.history().entries().get(5).event(), AuditEvent.RECOVERED, "after '" + fragment + "'");
            assertEquals(registry.history().entries().size(), 7);
            registry.promote("v0003", "v0002", "");
            assertEquals(registry.verify(), List.of());
            VersionFolders.delete(root);
            fillALog();
            before = Files.readString(file);
        }
    }

    @Test
    public void aLineThatLacksOnlyItsEndIsAnEntryWhoseSwitchWasNeverMade() throws IOException {
        Registry killed = killedAt("promoted-logged");
        assertThrows(Killed.class, () -> killed.promote("v0003", "v0002", ""));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
        registry.challenge("v0001");
        assertEquals(
                registry.history().entries().stream()
                        .map(AuditEntry::event)
                        .toList()
                        .subList(5, 8),
                List.of(AuditEvent.PROMOTED, AuditEvent.ABANDONED, AuditEvent.CHALLENGED));
    }

    @Test
    public void whoDiesAfterTheLogAndBeforeTheSwitchHasNotPromoted() throws IOException {
        Registry killed = killedAt("promoted-logged");
        assertThrows(Killed.class, () -> killed.promote("v0003", "v0002", ""));

        assertEquals(registry.aliases().champion(), "v0002");
        assertEquals(registry.verify(), List.of());
        registry.promote("v0003", "v0002", "again");
        List<AuditEntry> entries = registry.history().entries();
        assertEquals(entries.get(6).event(), AuditEvent.ABANDONED);
        assertEquals(entries.get(6).details().get("entry"), "6");
        assertEquals(entries.get(7).event(), AuditEvent.PROMOTED);
        assertEquals(entries.size(), 8);
        assertEquals(registry.aliases().champion(), "v0003");
    }

    @Test
    public void whoDiesAfterTheSwitchHasPromoted() throws IOException {
        Registry killed = killedAt("promoted-switched");
        assertThrows(Killed.class, () -> killed.promote("v0003", "v0002", ""));
        assertEquals(registry.aliases().champion(), "v0003");
        registry.promote("v0003", "v0002", "again, not knowing");
        assertEquals(registry.history().entries().size(), 6);
    }

    @Test
    public void whoDiesWhileRegisteringLeavesNoVersionAndUsesUpAName() throws IOException {
        Registry killed = killedAt("registered-logged");
        VersionDraft draft = SomeVersions.draft(root.resolve("scratch"), "w4", "v0003");
        assertThrows(Killed.class, () -> killed.register(draft));
        assertEquals(registry.versions().size(), 3);
        assertEquals(registry.register(draft).name(), "v0005");
        assertEquals(registry.verify(), List.of());
        assertNull(registry.aliases().challenger());
    }

    @Test
    public void aLogCutShortBeforeTheLastSwitchIsNoticed() throws IOException {
        List<String> lines = Files.readAllLines(file);
        Files.write(file, lines.subList(0, 4), StandardOpenOption.TRUNCATE_EXISTING);
        assertThrows(DataException.class, registry::history);
        Files.delete(file);
        assertThrows(DataException.class, registry::history);
    }

    private Registry killedAt(String point) {
        return new Registry(registry.folder(), SomeVersions.CLOCK, reached -> {
            if (reached.equals(point)) {
                throw new Killed();
            }
        });
    }

    private static final class Killed extends RuntimeException {}
}
