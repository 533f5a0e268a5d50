package dev.understudy.model.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.model.engine.NativeEngine.ProcessEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * ONNX Runtime in this process, loaded once and told to keep to itself. Its own builds report to their maker unless
 * they are told not to before they are loaded; and what they gather for that crashes where the command line is long, as
 * one with a class path is. So everything of it is reached through here.
 */
public final class OnnxRuntime {
    private static final String SILENCE = "ORT_DISABLE_TELEMETRY";
    private static final int LONGEST_REASON = 300;
    private static final String UNPACKED = "/onnxruntime-java";

    private OnnxRuntime() {}

    /** @throws ConfigurationException if it cannot be kept from reporting */
    public static OrtEnvironment environment() {
        return Loaded.ENVIRONMENT;
    }

    /** As it is written in a store, for example {@code onnxruntime 1.29.0}. */
    public static String version() {
        return "onnxruntime " + environment().getVersion();
    }

    /** Options of a session whose memory is bounded, see {@link OnnxArena}, as far as this build can be told. */
    static SessionOptions options() throws OrtException {
        boolean bounded = Loaded.BOUNDED;
        SessionOptions options = new SessionOptions();
        if (bounded) {
            options.addConfigEntry("session.use_env_allocators", "1");
        }
        return options;
    }

    /** Whether sessions are kept from taking more memory than {@link OnnxArena} allows. */
    static boolean isBounded() {
        return Loaded.BOUNDED;
    }

    /** Why ONNX Runtime does not do something: one line without places in its source. */
    static String reason(OrtException failure) {
        String line = String.valueOf(failure.getMessage()).lines().findFirst().orElse("no reason given");
        String plain = line.replaceFirst("^Error code - \\w+ - message: ", "")
                .replaceAll("/\\S+:\\d+ [^()]*\\([^()]*\\) ", "")
                .replaceAll("\\p{Cntrl}", "?")
                .replaceFirst("[. ]+$", "");
        return plain.length() > LONGEST_REASON ? plain.substring(0, LONGEST_REASON) + "…" : plain;
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
        static final boolean BOUNDED = OnnxArena.limit(ENVIRONMENT);

        private static OrtEnvironment load() {
            silence();
            // What it logs as an error it also throws, and it would write past the console.
            OrtEnvironment environment =
                    OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "understudy");
            try {
                environment.setTelemetry(false);
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime cannot be told not to report", e);
            }
            Runtime.getRuntime().addShutdownHook(new Thread(Loaded::removeLibraries, "remove-onnxruntime"));
            return environment;
        }

        /**
         * It unpacks its libraries into the temporary folder and would leave the folder there, empty. Which of them is
         * this process's own, Linux tells.
         */
        private static void removeLibraries() {
            Path maps = Path.of("/proc/self/maps");
            try (Stream<String> lines = Files.exists(maps) ? Files.lines(maps) : Stream.empty()) {
                List<Path> libraries = lines.filter(line -> line.contains(UNPACKED))
                        .map(line -> Path.of(line.substring(line.indexOf('/'))))
                        .distinct()
                        .toList();
                for (Path library : libraries) {
                    Files.deleteIfExists(library);
                }
                for (Path library : libraries) {
                    Files.deleteIfExists(library.getParent());
                }
            } catch (IOException | UncheckedIOException e) {
                // The process ends; whoever cleans the temporary folder finds the rest.
            }
        }
    }
}
