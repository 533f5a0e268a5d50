package dev.understudy.dataset.imports.nyud;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.dataset.Mutations;
import dev.understudy.dataset.RealFrames;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.dataset.imports.nyud.NyudImport.NyudClasses;
import dev.understudy.dataset.imports.nyud.NyudImport.NyudImportOptions;
import dev.understudy.dataset.imports.nyud.NyudImport.NyudSplits;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.testng.Reporter;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.format.Mat5File;
import us.hebi.matlab.mat.types.Cell;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Sinks;

/** Reads small files of the published ones' structure that h5py made, see {@code make.py} beside them. */
public class NyudImportTest {
    private static final int WIDTH = 8;
    private static final int HEIGHT = 6;
    private static final List<String> NAMES = List.of("book", "bottle", "cabinet", "ceiling", "chair");
    private static final double[] TO_40 = {23, 40, 3, 22, 5};

    private Path folder;

    @BeforeMethod
    public void makeFiles() throws IOException {
        folder = Scratch.folder("nyud");
        Cell names = Mat5.newCell(1, NAMES.size());
        for (int i = 0; i < NAMES.size(); i++) {
            names.set(i, Mat5.newString(NAMES.get(i)));
        }
        write("classes.mat", Mat5.newMatFile().addArray("mapClass", row(TO_40)).addArray("allClassName", names));
        write("splits.mat", splits(new double[] {1, 3, 4, 6}, new double[] {2, 5}));
    }

    @Test
    public void everyPixelIsWhereItShouldBe() throws IOException {
        ImportSummary summary = run("labelled", false);
        assertEquals(summary.frames(), 6);
        assertEquals(summary.splits(), Map.of("train", 4, "test", 2));
        assertEquals(summary.withDepth(), 6);
        assertEquals(summary.withSegmentation(), 6);
        assertEquals(summary.skipped(), List.of());
        DiskFrameSource source = new DiskFrameSource(Manifest.read(folder.resolve("out")));
        for (int f = 0; f < 6; f++) {
            Frame frame = source.read(f);
            assertEquals(frame.id(), "nyud/00000" + (f + 1));
            assertEquals(frame.width(), WIDTH);
            for (int i = 0; i < WIDTH * HEIGHT; i++) {
                int x = i % WIDTH;
                int y = i / WIDTH;
                String at = "frame " + f + ", x " + x + ", y " + y;
                for (int c = 0; c < 3; c++) {
                    assertEquals(frame.rgb().rgb()[3 * i + c] & 0xFF, (40 * f + 10 * y + x + 80 * c) % 256, at);
                }
                assertEquals(frame.depth().metres()[i], 1 + f + y / 10.0 + x / 100.0, 1e-4, at);
                int label = (f + x + y) % 6;
                assertEquals(frame.segmentation().classAt(i), label == 0 ? 255 : (int) TO_40[label - 1] - 1, at);
            }
        }
        assertEquals(Files.readAllLines(folder.resolve("out/scenes.tsv")).get(2), "nyud/000003\toffice_0003\toffice");
    }

    @Test
    public void rawDepthKeepsItsHoles() throws IOException {
        run("labelled", true);
        float[] metres = new DiskFrameSource(Manifest.read(folder.resolve("out")))
                .read(1)
                .depth()
                .metres();
        for (int i = 0; i < metres.length; i++) {
            assertEquals(metres[i] == 0, (i % WIDTH + i / WIDTH) % 3 == 0);
        }
    }

    @Test
    public void howTheFileIsChunkedDoesNotMatter() throws IOException {
        run("labelled", false);
        List<byte[]> expected = files();
        folder = Scratch.folder("nyud");
        makeFiles();
        run("one-chunk", false);
        List<byte[]> found = files();
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(found.get(i), expected.get(i));
        }
    }

    @Test
    public void aSecondRunMakesWhatIsMissing() throws IOException {
        assertEquals(run("labelled", false).written(), 18);
        Files.delete(folder.resolve("out/depth/nyud/000005.png"));
        Files.delete(folder.resolve("out/manifest.jsonl"));
        ImportSummary second = run("labelled", false);
        assertEquals(second.written(), 1);
        assertEquals(second.kept(), 17);
        assertEquals(run("labelled", true).written(), 18, "with other options all is made anew");
    }

    @Test
    public void filesOfDifferentReleasesAreRefused() throws IOException {
        write("classes.mat", Mat5.newMatFile().addArray("mapClass", row(TO_40[0], TO_40[1])));
        assertRefused("found 5 class names, expected the 2 that");
        write("classes.mat", Mat5.newMatFile().addArray("mapClass", row(1, 2, 3, 4, 41)));
        assertRefused("found class 5 mapped to 41.0, expected 1–40");
        makeFiles();
        write("splits.mat", splits(new double[] {1, 7}, new double[] {2}));
        assertRefused("found frame 7.0 in split train, expected 1–6");
        write("splits.mat", splits(new double[] {1, 2}, new double[] {2}));
        assertRefused("found frame 2 in split test for the second time");
        write("splits.mat", Mat5.newMatFile().addArray("trainNdxs", row(1)));
        assertRefused("found no variable 'testNdxs'");
    }

    @DataProvider
    public Object[][] hostile() {
        return new Object[][] {
            {"external", "a link instead of variable 'images'"},
            {"soft", "a link instead of variable 'labels'"},
            {"huge", "array 'depths' of [6, 2147483647, 2147483647]"},
            {"bomb", "a chunk of /labels that holds more than 96 bytes"},
            {"other-filter", "/images with the filters [lzf]"},
            {"many-names", "/names of [1, 2147483647] elements"},
            {"numbers-for-names", "no cell array 'names'"},
            {"other-type", "found array 'depths' of 6×[8, 6] UINT16"},
        };
    }

    @Test(dataProvider = "hostile", timeOut = 20_000)
    public void hostileFilesAreRefused(String name, String found) throws IOException {
        copy("hostile-" + name);
        DataException e = expectThrows(DataException.class, () -> {
            ImportSummary summary = NyudImport.run(options("hostile-" + name, false), Progress.NONE);
            throw new DataException(summary.skipped().get(0).reason());
        });
        assertTrue(e.getMessage().contains(found), e.getMessage());
        assertEquals(e.getMessage().lines().count(), 1);
    }

    @Test(timeOut = 120_000)
    public void damagedFilesOfVersion73GiveFramesOrOneKindOfError() throws IOException {
        long seed = 73;
        Reporter.log("seed " + seed, true);
        Random random = new Random(seed);
        byte[] good = bytes("labelled");
        int refused = 0;
        for (int round = 0; round < 1500; round++) {
            Path file = folder.resolve("damaged.mat");
            Files.write(file, Mutations.mutate(good, random));
            try (MatVersion73 mat = new MatVersion73(file)) {
                mat.words("names");
                mat.words("scenes");
                for (String name : List.of("images", "depths", "rawDepths", "labels")) {
                    FrameStack stack = mat.stack(name);
                    int count = Math.min(6, stack.frames());
                    assertTrue(stack.bytesAFrame() > 1 << 20 || stack.read(0, count).length > 0);
                }
            } catch (DataException e) {
                refused++;
                assertEquals(e.getMessage().lines().count(), 1, e.getMessage());
            }
        }
        Reporter.log(refused + " of 1500 refused", true);
        assertTrue(refused > 500, refused + " refused");
    }

    @Test(timeOut = 60_000)
    public void damagedFilesOfVersion5GiveNumbersOrOneKindOfError() throws IOException {
        long seed = 5;
        Reporter.log("seed " + seed, true);
        Random random = new Random(seed);
        byte[][] good = {
            Files.readAllBytes(folder.resolve("classes.mat")),
            deflated(),
            Files.readAllBytes(folder.resolve("splits.mat"))
        };
        int refused = 0;
        for (int round = 0; round < 3000; round++) {
            Path file = folder.resolve("damaged.mat");
            Files.write(file, Mutations.mutate(good[round % good.length], random));
            try {
                MatVersion5 mat = MatVersion5.read(file);
                mat.numbers(round % 3 == 2 ? "trainNdxs" : "mapClass");
                mat.words(round % 3 == 2 ? "trainNdxs" : "allClassName");
            } catch (DataException e) {
                refused++;
                assertEquals(e.getMessage().lines().count(), 1, e.getMessage());
            }
        }
        assertTrue(refused > 1000, refused + " refused");
    }

    @Test
    public void publishedMappingAndSplitsAreRead() {
        NyudClasses classes = NyudClasses.read(RealFrames.path("nyuv2-meta/classMapping40.mat"));
        assertEquals(classes.nyud40(0), 255);
        assertEquals(classes.nyud40(21), 0, "wall");
        assertEquals(classes.nyud40(11), 1, "floor");
        assertEquals(classes.nyud40(895), -1);
        NyudSplits splits = NyudSplits.read(RealFrames.path("nyuv2-meta/splits.mat"), 1449);
        int train = 0;
        for (int i = 0; i < 1449; i++) {
            train += "train".equals(splits.of(i)) ? 1 : 0;
            assertTrue(splits.of(i) != null, "frame " + i);
        }
        assertEquals(train, 795);
    }

    private void assertRefused(String found) {
        DataException e = expectThrows(DataException.class, () -> run("labelled", false));
        assertTrue(e.getMessage().contains(found), e.getMessage());
    }

    private ImportSummary run(String mat, boolean rawDepth) throws IOException {
        if (!Files.exists(folder.resolve(mat + ".mat"))) {
            copy(mat);
        }
        return NyudImport.run(options(mat, rawDepth), Progress.NONE);
    }

    private NyudImportOptions options(String mat, boolean rawDepth) {
        return new NyudImportOptions(
                folder.resolve(mat + ".mat"),
                folder.resolve("classes.mat"),
                folder.resolve("splits.mat"),
                folder.resolve("out"),
                rawDepth,
                "nyud/");
    }

    private List<byte[]> files() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (String kind : List.of("rgb", "depth", "labels")) {
            for (int i = 1; i <= 6; i++) {
                files.add(Files.readAllBytes(folder.resolve("out/" + kind + "/nyud/00000" + i + ".png")));
            }
        }
        files.add(Files.readAllBytes(folder.resolve("out/manifest.jsonl")));
        return files;
    }

    private void copy(String name) throws IOException {
        Files.write(folder.resolve(name + ".mat"), bytes(name));
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = NyudImportTest.class.getResourceAsStream(name + ".mat")) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private byte[] deflated() throws IOException {
        Path file = folder.resolve("deflated.mat");
        try (var sink = Sinks.newStreamingFile(file.toFile())) {
            Mat5.newWriter(sink)
                    .setDeflateLevel(6)
                    .writeMat(Mat5.readFromFile(folder.resolve("classes.mat").toFile()));
        }
        return Files.readAllBytes(file);
    }

    private static Mat5File splits(double[] train, double[] test) {
        Mat5File file = Mat5.newMatFile();
        file.addArray("trainNdxs", row(train));
        file.addArray("testNdxs", row(test));
        return file;
    }

    private static Matrix row(double... values) {
        Matrix matrix = Mat5.newMatrix(1, values.length);
        for (int i = 0; i < values.length; i++) {
            matrix.setDouble(i, values[i]);
        }
        return matrix;
    }

    private void write(String name, us.hebi.matlab.mat.types.MatFile file) throws IOException {
        try (var sink = Sinks.newStreamingFile(folder.resolve(name).toFile())) {
            Mat5.newWriter(sink).setDeflateLevel(0).writeMat(file);
        }
    }
}
