package dev.understudy.model.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.model.engine.ProcessEnvironment;
import java.util.Locale;

/**
 * ONNX Runtime in this process, loaded once and told to keep to itself. Its own builds report to their maker unless they are
 * told not to before they are loaded; and what they gather for that crashes where the command line is long, as one with a
 * class path is. So everything of it is reached through here.
 */
public final class OnnxRuntime {
    private static final String SILENCE = "ORT_DISABLE_TELEMETRY";

    private OnnxRuntime() {}

    /** @throws ConfigurationException if it cannot be kept from reporting */
    public static OrtEnvironment environment() {
        return Loaded.ENVIRONMENT;
    }

    /** As it is written in a store, for example {@code onnxruntime 1.29.0}. */
    public static String version() {
        return "onnxruntime " + environment().getVersion();
    }

    private static void silence() {
        boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
        if (windows) {
            // There it writes events of the system, and only if somebody records them; see below.
            return;
        }
        try {
            ProcessEnvironment.set(SILENCE, "1", true);
        } catch (UnsatisfiedLinkError e) {
            if (!"1".equals(System.getenv(SILENCE))) {
                throw new ConfigurationException(
                        "ONNX Runtime reports to its maker, and cannot be told here not to; set " + SILENCE
                                + "=1 in the environment of this process and start it again",
                        e);
            }
        }
    }

    private static final class Loaded {
        static final OrtEnvironment ENVIRONMENT = load();

        private static OrtEnvironment load() {
            silence();
            OrtEnvironment environment =
                    OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "understudy");
            try {
                environment.setTelemetry(false);
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime cannot be told not to report", e);
            }
            return environment;
        }
    }
}
