package dev.understudy.cli;

import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NpyFile;
import dev.understudy.dataset.image.NpyFile.NpyArray;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.testng.Assert;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What users get wrong, and what they are told: one line that names the file, and the right exit code. */
public class WrongInputIT {
    private Scratch scratch;
    private Path student;

    @BeforeClass
    public void makeInput() throws IOException {
        scratch = Scratch.create();
        student = scratch.resolve("student.pth");
        Students.write(student, 40, 1, Task.SEGMENTATION, Task.DEPTH);
        RgbFiles.writePng(scratch.resolve("rgb.png"), new RgbImage(8, 6, new byte[8 * 6 * 3]));
    }

    @AfterClass
    public void removeInput() throws IOException {
        scratch.close();
    }

    @Test
    public void missingManifest() {
        check(label(student, scratch.resolve("nowhere")), ExitCode.BAD_DATA, "nowhere", "no such file");
    }

    @Test
    public void manifestPathThatLeavesItsFolder() throws IOException {
        Path manifest = manifest("leaves", "{\"id\":\"a\",\"rgb\":\"../rgb.png\"}");
        check(label(student, manifest), ExitCode.BAD_DATA, manifest + ":1", "'../rgb.png'");
    }

    @Test
    public void segmentationOfAnotherSize() throws IOException {
        LabelFiles.write(scratch.resolve("small.png"), new LabelMap(4, 3, new byte[12]));
        Path manifest = manifest(
                "size", "{\"id\":\"a\",\"rgb\":\"rgb.png\",\"segmentation\":\"small.png\",\"classes\":\"nyud40\"}");
        check(evaluate(manifest), ExitCode.BAD_DATA, "small.png", "4×3", "8×6");
    }

    @Test
    public void unknownClassIndex() throws IOException {
        byte[] classes = new byte[48];
        classes[9] = 77;
        LabelFiles.write(scratch.resolve("class.png"), new LabelMap(8, 6, classes));
        Path manifest = manifest(
                "class", "{\"id\":\"a\",\"rgb\":\"rgb.png\",\"segmentation\":\"class.png\",\"classes\":\"nyud40\"}");
        check(evaluate(manifest), ExitCode.BAD_DATA, "class.png", "77", "0–39");
    }

    @Test
    public void unknownConfigurationKey() throws IOException {
        Path config = scratch.resolve("label.yaml");
        Files.writeString(config, "manifest: m\nstore: s\nexpert: {architectur: x, checkpoint: c}\n");
        CommandLineRun run = CommandLineRun.of("label", "--config", config);
        Assert.assertEquals(run.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(run.err().contains(config + ":3"), run.err());
        Assert.assertTrue(run.err().contains("architecture"), run.err());
    }

    @Test
    public void checkpointOfAnotherArchitecture() throws IOException {
        Path manifest = manifest("fine", "{\"id\":\"a\",\"rgb\":\"rgb.png\"}");
        CommandLineRun run = CommandLineRun.of(
                "label",
                "--expert",
                "lw-refinenet152",
                "--checkpoint",
                student,
                "--manifest",
                manifest,
                "--store",
                scratch.resolve("store"));
        check(run, ExitCode.BAD_DATA, "student.pth", "seems to be mt-lw-refinenet");
    }

    @Test
    public void truncatedCheckpoint() throws IOException {
        Path cut = scratch.resolve("cut.pth");
        byte[] whole = Files.readAllBytes(student);
        Files.write(cut, Arrays.copyOf(whole, whole.length * 2 / 3));
        Path manifest = manifest("fine2", "{\"id\":\"a\",\"rgb\":\"rgb.png\"}");
        check(label(cut, manifest), ExitCode.BAD_DATA, "cut.pth");
    }

    @DataProvider
    public Object[][] damagedWeights() {
        return new Object[][] {
            {"layer1.0.weight", Float.NaN, "layer1.0.weight is NaN at element 0"},
            {"segm.bias", Float.POSITIVE_INFINITY, "segm.bias is Infinity at element 0"},
            {"layer8.0.output.2.1.running_var", -1f, "layer8.0.output.2.1.running_var is -1.0 at element 0"},
        };
    }

    @Test(dataProvider = "damagedWeights")
    public void weightsThatAreNotFiniteAreToldWithTheTensorsName(String tensor, float value, String told)
            throws IOException {
        Path damaged = scratch.resolve("damaged.pth");
        Students.writeWith(tensor, value, damaged, 40, Task.SEGMENTATION, Task.DEPTH);
        Path manifest = manifest("fine3", "{\"id\":\"a\",\"rgb\":\"rgb.png\"}");
        Path out = scratch.resolve("never");
        check(label(damaged, manifest), ExitCode.BAD_DATA, "damaged.pth: ", told);
        check(
                CommandLineRun.of("evaluate", "--checkpoint", damaged, "--manifest", manifest),
                ExitCode.BAD_DATA,
                "damaged.pth: ",
                told);
        check(
                CommandLineRun.of(
                        "predict", "--checkpoint", damaged, "--image", scratch.resolve("rgb.png"), "--out", out),
                ExitCode.BAD_DATA,
                "damaged.pth: ",
                told);
        CommandLineRun inspect = CommandLineRun.done("checkpoint", "inspect", damaged);
        Assert.assertTrue(inspect.out().contains("damaged       " + told), inspect.out());
    }

    /** Weights that are finite and outputs that are not. */
    @Test
    public void outputsThatAreNotFiniteAreToldWithThePicturesName() throws IOException {
        Path overflowing = scratch.resolve("overflowing.pth");
        Students.writeWith("depth.weight", 3e38f, overflowing, 40, Task.SEGMENTATION, Task.DEPTH);
        Path picture = scratch.resolve("rgb.png");
        Path out = scratch.resolve("never");
        check(
                CommandLineRun.of("predict", "--checkpoint", overflowing, "--image", picture, "--out", out),
                ExitCode.BAD_DATA,
                picture + ": the network's depth is not finite");
        LabelFiles.write(scratch.resolve("zeros.png"), new LabelMap(8, 6, new byte[48]));
        Path manifest = manifest(
                "fine4", "{\"id\":\"a\",\"rgb\":\"rgb.png\",\"segmentation\":\"zeros.png\",\"classes\":\"nyud40\"}");
        check(
                CommandLineRun.of("evaluate", "--checkpoint", overflowing, "--manifest", manifest),
                ExitCode.BAD_DATA,
                "a: the network's depth is not finite");
        Path array = scratch.resolve("in.npy");
        float[] ones = new float[3 * 8 * 8];
        Arrays.fill(ones, 1);
        NpyFile.write(array, new NpyArray(new long[] {1, 3, 8, 8}, ones));
        check(
                CommandLineRun.of("predict", "--checkpoint", overflowing, "--tensor", array, "--out", out),
                ExitCode.BAD_DATA,
                "in.npy: the network's depth is not finite");
    }

    @Test
    public void optionsThatAreMissingAreNamed() {
        CommandLineRun run = CommandLineRun.of("label", "--store", scratch.resolve("x"));
        check(run, ExitCode.USAGE, "--expert", "--checkpoint", "--manifest");
    }

    private CommandLineRun label(Path checkpoint, Path manifest) {
        return CommandLineRun.of(
                "label",
                "--expert",
                "mt-lw-refinenet",
                "--checkpoint",
                checkpoint,
                "--manifest",
                manifest,
                "--store",
                scratch.resolve("store"));
    }

    private CommandLineRun evaluate(Path manifest) {
        return CommandLineRun.of("evaluate", "--checkpoint", student, "--manifest", manifest);
    }

    private Path manifest(String name, String line) throws IOException {
        Path file = scratch.resolve(name + ".jsonl");
        Files.writeString(file, line + "\n");
        return file;
    }

    private static void check(CommandLineRun run, int exitCode, String... words) {
        Assert.assertEquals(run.exitCode(), exitCode, run.err());
        Assert.assertEquals(run.out(), "");
        Assert.assertEquals(run.err().lines().count(), 1, run.err());
        for (String word : words) {
            Assert.assertTrue(run.err().contains(word), "no '" + word + "' in: " + run.err());
        }
    }
}
