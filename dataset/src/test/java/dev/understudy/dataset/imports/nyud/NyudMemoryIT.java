package dev.understudy.dataset.imports.nyud;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.dataset.imports.nyud.NyudImport.NyudImportOptions;
import dev.understudy.files.ChildJvm;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.testng.annotations.Test;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Cell;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Sinks;

/** A file that is several times larger than the heap, in a process of its own. */
public class NyudMemoryIT {
    private static final int FRAMES = 120;
    private static final String[] NAMES = {"book", "bottle", "cabinet", "ceiling", "chair"};

    @Test
    public void memoryDoesNotGrowWithTheFile() throws Exception {
        Path folder = Scratch.folder("nyud");
        try (InputStream in =
                new GZIPInputStream(Objects.requireNonNull(NyudMemoryIT.class.getResourceAsStream("wide.mat.gz")))) {
            Files.copy(in, folder.resolve("wide.mat"));
        }
        Cell names = Mat5.newCell(1, NAMES.length);
        Matrix to40 = Mat5.newMatrix(1, NAMES.length);
        for (int i = 0; i < NAMES.length; i++) {
            names.set(i, Mat5.newString(NAMES[i]));
            to40.setDouble(i, i + 1);
        }
        write(
                folder.resolve("classes.mat"),
                Mat5.newMatFile().addArray("mapClass", to40).addArray("allClassName", names));
        write(
                folder.resolve("splits.mat"),
                Mat5.newMatFile().addArray("trainNdxs", from(1, 80)).addArray("testNdxs", from(81, FRAMES)));

        // 325 MB of arrays; the published file has 3.9 GB of them
        List<String> command = ChildJvm.command(List.of("-Xmx112m"), NyudMemoryIT.class);
        command.add(folder.toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(folder.resolve("log"));
        assertTrue(said.endsWith("120 {test=40, train=80} []\n"), said);
        assertEquals(ended ? process.exitValue() : -1, 0);

        Frame last = new DiskFrameSource(Manifest.read(folder.resolve("out"))).read(FRAMES - 1);
        assertEquals(last.rgb().rgb()[3 * 640 * 480 - 1], 121);
        assertEquals(last.depth().metres()[0], 2.19f, 1e-4f);
        assertEquals(last.segmentation().classAt(0), 4);
    }

    /** The child. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        ImportSummary summary = NyudImport.run(
                new NyudImportOptions(
                        folder.resolve("wide.mat"),
                        folder.resolve("classes.mat"),
                        folder.resolve("splits.mat"),
                        folder.resolve("out"),
                        false,
                        "nyud/"),
                Progress.NONE);
        System.out.println(
                summary.frames() + " " + new java.util.TreeMap<>(summary.splits()) + " " + summary.skipped());
    }

    private static Matrix from(int first, int last) {
        Matrix matrix = Mat5.newMatrix(1, last - first + 1);
        for (int i = first; i <= last; i++) {
            matrix.setDouble(i - first, i);
        }
        return matrix;
    }

    private static void write(Path file, MatFile content) throws IOException {
        try (var sink = Sinks.newStreamingFile(file.toFile())) {
            Mat5.newWriter(sink).setDeflateLevel(0).writeMat(content);
        }
    }
}
