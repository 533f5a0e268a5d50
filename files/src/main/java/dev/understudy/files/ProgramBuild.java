package dev.understudy.files;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which build of a part of the program runs here: a checksum over its classes and resources, in whatever folder or JAR
 * they lie. What is kept of earlier runs is known by it, so that a program that decides otherwise does not answer with
 * what its predecessor found. Safe for several threads.
 */
public final class ProgramBuild {
    private static final int MODULE_DEPTH = 3;
    private static final Map<Class<?>, String> KNOWN = new ConcurrentHashMap<>();

    private ProgramBuild() {}

    /**
     * SHA-256 over whole modules.
     *
     * @param modules a class of each
     */
    public static String of(List<Class<?>> modules) {
        StringBuilder all = new StringBuilder();
        modules.forEach(one -> all.append(KNOWN.computeIfAbsent(one, ProgramBuild::digest)));
        return Sha256.of(all.toString());
    }

    private static String digest(Class<?> one) {
        // dev/understudy/MODULE, whose classes may share a JAR with all others
        String folder = Arrays.stream(one.getPackageName().split("\\."))
                .limit(MODULE_DEPTH)
                .collect(Collectors.joining("/"));
        try {
            Path place = Path.of(
                    one.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(place)) {
                return digest(place, place.resolve(folder));
            }
            try (FileSystem jar = FileSystems.newFileSystem(place)) {
                return digest(jar.getPath("/"), jar.getPath("/", folder));
            }
        } catch (IOException | URISyntaxException e) {
            throw new DataException("the program's own classes around " + one.getName() + " cannot be read: " + e, e);
        }
    }

    private static String digest(Path root, Path folder) throws IOException {
        TreeMap<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(file).toString().replace('\\', '/'), Sha256.of(file));
            }
        }
        MessageDigest digest = Sha256.digest();
        files.forEach(
                (name, checksum) -> digest.update((name + " " + checksum + "\n").getBytes(StandardCharsets.UTF_8)));
        return Sha256.hex(digest);
    }
}
