package dev.understudy.cli.label;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.pipeline.label.LabelRun.DiskFrameReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.Assert;
import org.testng.annotations.Test;

/** What an executor reads, whatever the driver has sent it. */
public class DiskFrameReadingTest {
    @Test
    public void nothingOutsideOfTheManifestsFolderIsRead() throws IOException {
        try (Scratch scratch = Scratch.create()) {
            Path folder = Files.createDirectory(scratch.resolve("frames"));
            RgbFiles.writePng(scratch.resolve("secret.png"), new RgbImage(1, 1, new byte[3]));
            RgbFiles.writePng(folder.resolve("own.png"), new RgbImage(1, 1, new byte[3]));
            Files.createSymbolicLink(folder.resolve("link.png"), scratch.resolve("secret.png"));
            DiskFrameReading reading = new DiskFrameReading(folder.toString(), ImageHeader.DEFAULT_MAX_PIXELS);
            Assert.assertEquals(reading.read(frame("own.png")).width(), 1);
            for (String path : new String[] {
                "../secret.png", "link.png", scratch.resolve("secret.png").toString()
            }) {
                DataException refused = Assert.expectThrows(DataException.class, () -> reading.read(frame(path)));
                Assert.assertTrue(refused.getMessage().contains("leads out of " + folder), refused.getMessage());
            }
        }
    }

    private static FrameRecord frame(String rgb) {
        return FrameRecord.of("a", rgb).build();
    }
}
