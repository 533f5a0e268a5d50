package dev.understudy.model.engine;

import ai.djl.Device;
import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.NativeLibrary;
import dev.understudy.conf.ConfigurationException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In what numbers a network is calculated: its weights, and what a layer hands to the next. A layer's own sums are
 * added up in float32 whatever they are of.
 */
public enum Precision {
    /**
     * What is fastest on the device without changing labels: as a file has it, and float32 for the built-in networks
     * unless {@code UNDERSTUDY_PRECISION} in the environment names another.
     */
    AUTO(0),
    FLOAT32(6),
    /** Eight bits of mantissa, and float32's range. */
    BFLOAT16(15),
    /** Eleven bits of mantissa, up to 65,504. */
    FLOAT16(5);

    private static final String ENVIRONMENT = "UNDERSTUDY_PRECISION";

    /** libtorch's number for it, from its {@code c10/core/ScalarType.h}. */
    private final long scalarType;

    Precision(long scalarType) {
        this.scalarType = scalarType;
    }

    /** @throws ConfigurationException if there is none of that name */
    public static Precision parse(String key) {
        return Arrays.stream(values())
                .filter(precision -> precision.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException(
                        "precision: " + key + ", expected auto, float32, bfloat16 or float16"));
    }

    /** As it is written. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    long scalarType() {
        return scalarType;
    }

    /**
     * What a built-in network is calculated in where this is asked for; never {@link #AUTO}.
     *
     * @throws ConfigurationException if the environment names one that there is not
     */
    public Precision ofBuiltIn() {
        return this == AUTO ? ofAuto(System.getenv(ENVIRONMENT)) : this;
    }

    /** @param named by the environment, null if it names none */
    static Precision ofAuto(@Nullable String named) {
        if (named == null || named.isBlank()) {
            return FLOAT32;
        }
        try {
            Precision precision = parse(named.strip());
            return precision == AUTO ? FLOAT32 : precision;
        } catch (ConfigurationException e) {
            throw ofEnvironment(e);
        }
    }

    private static ConfigurationException ofEnvironment(ConfigurationException e) {
        return new ConfigurationException(ENVIRONMENT + " in the environment: " + e.getMessage(), e);
    }

    /** Whether it is shorter than float32. */
    public boolean isShort() {
        return this == BFLOAT16 || this == FLOAT16;
    }

    /**
     * @throws ConfigurationException if built-in networks cannot be calculated in it on that device, or not in what the
     *     environment says that {@link #AUTO} is
     */
    public void check(Device device) {
        if (this == AUTO) {
            try {
                ofBuiltIn().check(device);
            } catch (ConfigurationException e) {
                throw ofEnvironment(e);
            }
        }
        if (!isShort() || device.isGpu()) {
            return;
        }
        if (this == FLOAT16) {
            throw new ConfigurationException(
                    "precision: float16, but here networks are calculated in it on GPUs only, and" + " the device is "
                            + device.getDeviceType() + "; write float32 or bfloat16");
        }
        if (!Processor.TAKES_BFLOAT16) {
            throw new ConfigurationException("precision: bfloat16, but libtorch has no such convolutions for this"
                    + " processor, which lacks AVX-512; write float32");
        }
        Processor.warnOnce();
    }

    /** What libtorch and its oneDNN say of this processor. */
    private static final class Processor {
        private static final Logger LOG = LoggerFactory.getLogger(Processor.class);

        /** Whether bfloat16 convolutions run at all, be it by way of float32. */
        static final boolean TAKES_BFLOAT16 = FusedConvolution.takesBfloat16();

        /** Whether there are instructions for them. */
        private static final boolean MULTIPLIES = !isHeldBack(System.getenv("ONEDNN_MAX_CPU_ISA"))
                && !isHeldBack(System.getenv("DNNL_MAX_CPU_ISA"))
                && (processorHas("_ZN2at3cpu24is_avx512_bf16_supportedEv")
                        || processorHas("_ZN2at3cpu21is_amx_tile_supportedEv"));

        static {
            if (!MULTIPLIES) {
                LOG.warn(
                        "precision: bfloat16: this processor has no instructions for it (AVX512-BF16, AMX), so it is slower"
                                + " than float32 here");
            }
        }

        private Processor() {}

        /** The warning comes with the class. */
        static void warnOnce() {}

        /** Whether oneDNN is told to use older instructions than there are, none of which multiply bfloat16. */
        private static boolean isHeldBack(@Nullable String newest) {
            return newest != null && !newest.toUpperCase(Locale.ROOT).matches(".*(BF16|FP16|AMX|AVX10|ALL|DEFAULT).*");
        }

        /** A function of libtorch's {@code at::cpu} that answers by yes or no; no where there is none. */
        private static boolean processorHas(String function) {
            Path library = Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("torch_cpu"));
            try {
                NativeLibrary libtorch = NativeLibrary.getInstance(library.toString());
                return (libtorch.getFunction(function).invokeInt(new Object[0]) & 0xFF) != 0;
            } catch (UnsatisfiedLinkError e) {
                LOG.debug("libtorch has no {}", function, e);
                return false;
            }
        }
    }
}
