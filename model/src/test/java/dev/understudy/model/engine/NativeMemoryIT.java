package dev.understudy.model.engine;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.files.ChildJvm;
import dev.understudy.files.Scratch;
import dev.understudy.model.inference.PrecisionTest;
import dev.understudy.model.network.TrainingTest;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.testng.SkipException;
import org.testng.TestNG;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * Tests of what is calculated, once more in a process whose allocator checks every block that is taken and given back
 * (glibc's {@code malloc.check}). An operation that writes beyond its array mostly gives the right answer, and ruins
 * somebody else's.
 */
public class NativeMemoryIT {
    private static final String CHECKS = "libc_malloc_debug.so.0";
    /** Aborts as soon as a block is found broken, and says so. */
    private static final String CHECKED = "glibc.malloc.check=3";

    private static final int BROKEN = 134;
    private static final int MOST_MINUTES = 10;

    private Path library;

    @BeforeClass
    public void find() {
        library = Stream.of("/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib")
                .map(folder -> Path.of(folder, CHECKS))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new SkipException("no " + CHECKS + " here: not Linux, or another libc than glibc"));
    }

    private ChildJvm start(Class<?> main, String... arguments) throws Exception {
        Path folder = Scratch.folder("native-memory");
        List<String> command = ChildJvm.command(List.of("-Xmx1g", "-XX:ErrorFile=" + folder.resolve("crash")), main);
        command.addAll(List.of(arguments));
        Map<String, String> checked = Map.of("GLIBC_TUNABLES", CHECKED, "LD_PRELOAD", library.toString());
        return ChildJvm.start(command, checked, folder.resolve("output"));
    }

    /** Otherwise the test below would be green whatever happened. */
    @Test
    public void aBlockThatIsOverwrittenEndsTheProcess() throws Exception {
        try (ChildJvm child = start(Overwriting.class)) {
            assertEquals(child.exitCode(), BROKEN, child.output());
        }
    }

    @Test
    public void operationsWriteNowhereElse() throws Exception {
        String classes = Stream.of(
                        DerivativesTest.class,
                        TensorsTest.class,
                        DilatedConvolutionTest.class,
                        NarrowConvolutionTest.class,
                        PrecisionTest.class,
                        TrainingTest.class)
                .map(Class::getName)
                .collect(Collectors.joining(","));
        Path results = Scratch.folder("native-memory-results");
        try (ChildJvm child =
                start(TestNG.class, "-testclass", classes, "-usedefaultlisteners", "false", "-d", results.toString())) {
            // Checking takes its time, which other work on the machine makes more of
            assertTrue(child.process().waitFor(MOST_MINUTES, TimeUnit.MINUTES), child.output());
            // TestNG's exit code has a bit for failed tests and one for skipped ones, of processors without bfloat16
            assertEquals(child.exitCode() & ~2, 0, child.output());
        }
    }

    /** A child that writes one byte beyond its array, as the operations that this is about would. */
    static final class Overwriting {
        private static final long SIZE = 40;

        private Overwriting() {}

        public static void main(String[] arguments) throws ReflectiveOperationException {
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Field field = type.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            Object unsafe = field.get(null);
            long array = (long) type.getMethod("allocateMemory", long.class).invoke(unsafe, SIZE);
            type.getMethod("putByte", long.class, byte.class).invoke(unsafe, array + SIZE, (byte) -1);
            type.getMethod("freeMemory", long.class).invoke(unsafe, array);
        }
    }
}
