package dev.understudy.model.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory that all sessions of this process together may take for what they calculate: half of the machine's. How
 * large a tensor becomes can depend on the picture, so that no look at a file bounds it.
 *
 * <p>ONNX Runtime's Java interface has no way to say so and its C interface has. That is a table of functions whose
 * places never change, see OrtApi in onnxruntime_c_api.h; the numbers here are places in it.
 */
final class OnnxArena {
    private static final int GET_ERROR_MESSAGE = 2;
    private static final int CREATE_CPU_MEMORY_INFO = 69;
    private static final int RELEASE_STATUS = 93;
    private static final int RELEASE_MEMORY_INFO = 94;
    private static final int CREATE_AND_REGISTER_ALLOCATOR = 144;
    private static final int CREATE_ARENA_CONFIGURATION = 156;
    private static final int RELEASE_ARENA_CONFIGURATION = 157;

    /** OrtArenaAllocator of OrtAllocatorType. */
    private static final int ARENA = 1;

    private static final int USUAL = -1;
    private static final Logger LOG = LoggerFactory.getLogger(OnnxArena.class);

    private final Pointer functions;

    private OnnxArena(Pointer functions) {
        this.functions = functions;
    }

    /** Bytes of this machine, or of the container that this process lives in. */
    static long machineBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    /** Half of the machine's, as messages say it. */
    static String limitInWords() {
        return "half of this machine's " + inWords(machineBytes());
    }

    static String inWords(long bytes) {
        return bytes / (1 << 30) + " GiB";
    }

    /**
     * Bounds the sessions that are opened with {@code session.use_env_allocators}.
     *
     * @return false if this build of ONNX Runtime cannot be told, which is logged
     */
    static boolean limit(OrtEnvironment environment) {
        try {
            Field functions = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
            Field handle = OrtEnvironment.class.getDeclaredField("nativeHandle");
            functions.setAccessible(true);
            handle.setAccessible(true);
            new OnnxArena(new Pointer(functions.getLong(null)))
                    .register(new Pointer(handle.getLong(environment)), machineBytes() / 2);
            return true;
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            LOG.warn("the memory that ONNX networks take cannot be bounded with this build of ONNX Runtime", e);
            return false;
        }
    }

    private void register(Pointer environment, long bytes) {
        PointerByReference memory = new PointerByReference();
        PointerByReference arena = new PointerByReference();
        call(CREATE_CPU_MEMORY_INFO, ARENA, 0, memory);
        try {
            call(CREATE_ARENA_CONFIGURATION, bytes, USUAL, USUAL, USUAL, arena);
            try {
                call(CREATE_AND_REGISTER_ALLOCATOR, environment, memory.getValue(), arena.getValue());
            } finally {
                function(RELEASE_ARENA_CONFIGURATION).invokeVoid(new Object[] {arena.getValue()});
            }
        } finally {
            function(RELEASE_MEMORY_INFO).invokeVoid(new Object[] {memory.getValue()});
        }
    }

    private Function function(int place) {
        return Function.getFunction(functions.getPointer((long) place * Native.POINTER_SIZE));
    }

    private void call(int place, Object... arguments) {
        Pointer failure = function(place).invokePointer(arguments);
        if (failure != null) {
            String reason = function(GET_ERROR_MESSAGE)
                    .invokePointer(new Object[] {failure})
                    .getString(0);
            function(RELEASE_STATUS).invokeVoid(new Object[] {failure});
            throw new IllegalStateException(reason);
        }
    }

    /** Whether a session failed because memory ran out, this arena's or the machine's. */
    static boolean isExhausted(OrtException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("is smaller than requested bytes") || message.contains("Failed to allocate memory");
    }
}
