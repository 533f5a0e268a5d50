package dev.understudy.retrain.registry;

import dev.understudy.files.AtomicFile;
import dev.understudy.files.AtomicFile.WrittenFile;
import dev.understudy.files.DataException;
import dev.understudy.files.SealedJson;
import dev.understudy.files.Sha256;
import dev.understudy.retrain.registry.ModelVersion.FileEntry;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** The folder {@code versions/}: fills, reads, checks and removes versions. */
final class VersionFolders {
    static final SealedJson<ModelVersion> RECORD = new SealedJson<>("understudy-version", 1, ModelVersion.class);
    private static final String RECORD_FILE = "version.json";
    /** How folders begin that are being filled or removed, and that nobody reads. */
    private static final String UNFINISHED = ".unfinished-";

    private final Path folder;

    VersionFolders(Path folder) {
        this.folder = folder;
    }

    /** Names of all versions, oldest first. */
    List<String> names() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(p -> Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS))
                    .map(p -> p.getFileName().toString())
                    .filter(n -> n.matches(ModelVersion.NAME))
                    .sorted(java.util.Comparator.comparingInt(n -> Integer.parseInt(n.substring(1))))
                    .toList();
        }
    }

    boolean exists(String name) {
        return name.matches(ModelVersion.NAME) && Files.isDirectory(path(name), LinkOption.NOFOLLOW_LINKS);
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    ModelVersion read(String name) throws IOException {
        if (!exists(name)) {
            throw new DataException(folder + ": found no version " + name + ", expected one of " + names());
        }
        Path record = path(name).resolve(RECORD_FILE);
        ModelVersion version = RECORD.read(record);
        if (!version.name().equals(name)) {
            throw new DataException(record + ": found version " + version.name() + ", expected " + name
                    + "; somebody renamed or copied the folder, restore it from a copy");
        }
        return version;
    }

    /**
     * A file of a version, after its checksum has been compared.
     *
     * @throws DataException if it is missing or not as it was
     */
    Path verified(String version, FileEntry entry) throws IOException {
        Path file = path(version).resolve(entry.name());
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new DataException(file + ": found no such file, expected one of " + entry.bytes()
                    + " bytes; restore it from a copy, or prune " + version);
        }
        String found = Files.size(file) == entry.bytes() ? Sha256.of(file) : Files.size(file) + " bytes";
        if (!found.equals(entry.sha256())) {
            throw new DataException(file + ": found " + found + ", expected " + entry.bytes() + " bytes with SHA-256 "
                    + entry.sha256() + "; restore it from a copy, or prune " + version);
        }
        return file;
    }

    /** Copies files to a folder that nobody sees yet. */
    Filled fill(Map<String, Path> files) throws IOException {
        Path unfinished = folder.resolve(UNFINISHED + UUID.randomUUID());
        Files.createDirectories(unfinished);
        try {
            List<FileEntry> entries = new ArrayList<>();
            for (Map.Entry<String, Path> file : files.entrySet()) {
                // Checks the name before it becomes a path.
                new FileEntry(file.getKey(), 0, AuditLog.NOTHING);
                WrittenFile written =
                        AtomicFile.write(unfinished.resolve(file.getKey()), out -> Files.copy(file.getValue(), out));
                entries.add(new FileEntry(file.getKey(), written.size(), written.sha256()));
            }
            return new Filled(unfinished, entries);
        } catch (IOException | RuntimeException e) {
            delete(unfinished);
            throw e;
        }
    }

    /** Gives a filled folder its record and its name, in one step. */
    void publish(Filled filled, ModelVersion version) throws IOException {
        RECORD.write(filled.path().resolve(RECORD_FILE), version);
        AtomicFile.publish(filled.path(), path(version.name()));
    }

    /** Takes a version's name away in one step, and then its bytes. */
    void remove(String name) throws IOException {
        Path unfinished = folder.resolve(UNFINISHED + name + "-" + UUID.randomUUID());
        AtomicFile.publish(path(name), unfinished);
        delete(unfinished);
    }

    /** Removes what killed processes left. Only while nobody fills. */
    void removeUnfinished(java.time.Instant olderThan) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> left;
        try (Stream<Path> children = Files.list(folder)) {
            left = children.filter(p -> p.getFileName().toString().startsWith(UNFINISHED))
                    .toList();
        }
        for (Path path : left) {
            if (Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                    .toInstant()
                    .isBefore(olderThan)) {
                delete(path);
            }
        }
    }

    /** Never follows links. */
    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @org.jspecify.annotations.Nullable IOException e)
                    throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Files of a version that has no name yet. */
    record Filled(Path path, List<FileEntry> files) {}
}
