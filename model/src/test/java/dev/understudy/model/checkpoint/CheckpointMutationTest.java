package dev.understudy.model.checkpoint;

import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.understudy.files.Scratch;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Damages small files in seeded ways. Each either loads or is refused by one {@link CheckpointException} of one line;
 * what a thread allocates for it stays in proportion to the file.
 */
public class CheckpointMutationTest {
    private static final int MUTANTS = 2_500;
    private static final long SEED = 20_260_101;

    /** What JSON, decoders and messages take for any file. */
    private static final long ALLOWED_ALWAYS = 4 << 20;

    private static final long ALLOWED_PER_BYTE = 256;

    private static final long[] LARGE = {
        0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000L, 0xFFFFFFFFL, 1L << 33, 1L << 62, Long.MAX_VALUE, -1
    };

    @DataProvider
    public Object[][] containers() throws Exception {
        byte[] zip = CheckpointBytes.golden("nested.ckpt");
        byte[] views = CheckpointBytes.golden("views.pth");
        Checkpoint small = CheckpointReader.read(GoldenCheckpointsTest.path("zip.pth"));
        // In a fixed order, or the mutants would be others in each run.
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        arrays.put("arg:a", Tensor.of(new long[] {2, 3}, new float[6]));
        arrays.put("aux:b", Tensor.of(new long[] {4}, new float[4]));
        Checkpoint mxnet = new Checkpoint(arrays);
        Path file = Scratch.file("mutation", ".safetensors");
        SafetensorsWriter.write(file, small);
        byte[] safetensors = Files.readAllBytes(file);
        PyTorchZipWriter.write(file, small);
        byte[] ours = Files.readAllBytes(file);
        Files.delete(file);
        List<byte[]> params = Arrays.stream(MxnetParamsFiles.ArrayVersion.values())
                .map(version -> MxnetParamsFiles.bytes(version, mxnet))
                .toList();
        return new Object[][] {
            {"zip", List.of(zip, views, ours), false},
            {"pickle in zip", List.of(zip, views, ours), true},
            {
                "stream",
                List.of(
                        CheckpointBytes.golden("views-legacy.pth"),
                        CheckpointBytes.golden("nested-data-parallel.pth.tar")),
                false
            },
            {"mxnet", params, false},
            {"safetensors", List.of(safetensors), false},
        };
    }

    /** The time limit is there for what would hang. */
    @Test(dataProvider = "containers", timeOut = 120_000)
    public void aMutantLoadsOrIsRefused(String container, List<byte[]> seeds, boolean insidePickle) {
        Random random = new Random(SEED);
        int loaded = 0;
        for (byte[] seed : seeds) {
            CheckpointBytes.read(seed);
        }
        for (int i = 0; i < MUTANTS; i++) {
            byte[] seed = seeds.get(random.nextInt(seeds.size()));
            byte[] other = seeds.get(random.nextInt(seeds.size()));
            byte[] mutant = insidePickle
                    ? CheckpointBytes.withPickle(seed, pickle -> mutate(pickle, other, random))
                    : mutate(seed, other, random);
            loaded += loads(mutant, container + " mutant " + i + " of seed " + SEED) ? 1 : 0;
        }
        System.out.println(container + ": of " + MUTANTS + " mutants (seed " + SEED + ") " + loaded + " loaded");
        assertTrue(loaded < MUTANTS);
    }

    private static boolean loads(byte[] mutant, String which) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        boolean isLoaded = false;
        try {
            // Also touches every element, so a tensor over bytes that are not there would show.
            CheckpointBytes.read(mutant).tensors().values().forEach(Tensor::toFloats);
            isLoaded = true;
        } catch (CheckpointException e) {
            assertTrue(e.getMessage().startsWith("file: "), which + ": " + e.getMessage());
            assertFalse(e.getMessage().contains("\n"), which + ": " + e.getMessage());
            assertTrue(e.getMessage().length() < 2_000, which + ": " + e.getMessage());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError(which, e);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < ALLOWED_ALWAYS + ALLOWED_PER_BYTE * mutant.length, which + " allocated " + allocated);
        return isLoaded;
    }

    private static byte[] mutate(byte[] seed, byte[] other, Random random) {
        byte[] mutant = seed.clone();
        int rounds = 1 + random.nextInt(3);
        for (int i = 0; i < rounds && mutant.length > 16; i++) {
            mutant = mutateOnce(mutant, other, random);
        }
        return mutant;
    }

    private static byte[] mutateOnce(byte[] seed, byte[] other, Random random) {
        byte[] mutant = seed.clone();
        int at = random.nextInt(seed.length - 8);
        switch (random.nextInt(7)) {
            case 0 -> mutant[at] = (byte) random.nextInt(256);
            case 1 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> {
                return Arrays.copyOf(seed, random.nextInt(seed.length));
            }
            case 3 -> inflate(mutant, at, LARGE[random.nextInt(LARGE.length)], random);
            case 4 -> {
                return splice(seed, other, random);
            }
            case 5 -> {
                return without(seed, at, 1 + random.nextInt(8));
            }
            default -> inflate(mutant, at, random.nextLong(), random);
        }
        return mutant;
    }

    /** Overwrites what may be a length field of 1, 4 or 8 bytes. */
    private static void inflate(byte[] mutant, int at, long value, Random random) {
        ByteBuffer bytes = ByteBuffer.wrap(mutant).order(ByteOrder.LITTLE_ENDIAN);
        switch (random.nextInt(3)) {
            case 0 -> bytes.put(at, (byte) value);
            case 1 -> bytes.putInt(at, (int) value);
            default -> bytes.putLong(at, value);
        }
    }

    /** Puts a piece of one file in the middle of another. */
    private static byte[] splice(byte[] seed, byte[] other, Random random) {
        int from = random.nextInt(other.length);
        byte[] piece = Arrays.copyOfRange(other, from, Math.min(other.length, from + 1 + random.nextInt(200)));
        int at = random.nextInt(seed.length);
        int skip = random.nextBoolean() ? piece.length : 0;
        return CheckpointBytes.concatenate(
                Arrays.copyOf(seed, at),
                piece,
                Arrays.copyOfRange(seed, Math.min(seed.length, at + skip), seed.length));
    }

    private static byte[] without(byte[] seed, int at, int count) {
        return CheckpointBytes.concatenate(
                Arrays.copyOf(seed, at), Arrays.copyOfRange(seed, Math.min(seed.length, at + count), seed.length));
    }

    /** Checks the test itself: it must reach behind the checksums. */
    @Test
    public void mutantsDiffer() {
        Random random = new Random(SEED);
        byte[] seed = CheckpointBytes.golden("views.pth");
        List<byte[]> distinct = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            byte[] mutant = mutate(seed, seed, random);
            if (distinct.stream().noneMatch(known -> Arrays.equals(known, mutant))) {
                distinct.add(mutant);
            }
        }
        assertTrue(distinct.size() > 40, distinct.size() + " distinct");
    }
}
