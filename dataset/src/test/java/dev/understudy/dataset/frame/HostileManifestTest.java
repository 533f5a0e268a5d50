package dev.understudy.dataset.frame;

import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.Mutations;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.testng.annotations.Test;

/** Damaged manifests are read or refused with one clear line, and never name a file outside of their folder. */
public class HostileManifestTest {
    private static final long SEED = 20240608;
    private static final int MUTATIONS = 2000;
    private static final String MANIFEST = """
            {"id":"nyud/000464","rgb":"rgb/000464.png","depth":"depth/000464.png","split":"train","depthScale":5000.0}
            {"id":"nyud/000465","rgb":"rgb/000465.png","segmentation":"labels/000465.png","classes":"nyud40",\
            "pose":[1,0,0,0,0,1,0,0,0,0,1,0,0,0,0,1],"intrinsics":{"fx":518.8,"fy":519.4,"cx":325.5,"cy":253.7}}
            """;

    @Test(timeOut = 120_000)
    public void damageIsReadOrRefusedInOneLine() throws IOException {
        Path folder = Scratch.folder("hostile");
        byte[] original = MANIFEST.getBytes(StandardCharsets.UTF_8);
        Random random = new Random(SEED);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Path file = Files.write(folder.resolve("manifest.jsonl"), Mutations.mutate(original, random));
            String which = "seed " + SEED + ", mutation " + i + ": ";
            try {
                for (FrameRecord frame : Manifest.read(file).frames()) {
                    Path rgb = folder.resolve(frame.rgb()).normalize();
                    assertTrue(rgb.startsWith(folder), which + frame.rgb());
                    assertTrue(FrameRules.isId(frame.id()), which + frame.id());
                }
            } catch (DataException e) {
                refused++;
                assertTrue(e.getMessage().startsWith(file + ":"), which + e.getMessage());
                assertFalse(e.getMessage().contains("\n"), which + e.getMessage());
                assertFalse(e.getMessage().chars().anyMatch(Character::isISOControl), which + e.getMessage());
                assertTrue(e.getMessage().length() < 600, which + e.getMessage());
            }
        }
        assertTrue(refused > MUTATIONS / 2, "only " + refused + " of " + MUTATIONS + " were noticed");
    }
}
