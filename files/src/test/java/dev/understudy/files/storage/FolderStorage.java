package dev.understudy.files.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A folder of the local disk as a storage, for tests: what is in it can be looked at from outside. */
public final class FolderStorage implements Storage {
    private final Path root;
    private final Path unfinished;

    public FolderStorage(Path root) throws IOException {
        this.root = Files.createDirectories(root);
        this.unfinished = Files.createDirectories(root.resolveSibling(root.getFileName() + ".unfinished"));
    }

    private Path path(String name) {
        return root.resolve(name.substring(1));
    }

    @Override
    public Optional<Entry> find(String name) throws IOException {
        Path path = path(name);
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return Optional.of(new Entry(
                name,
                attributes.isDirectory(),
                attributes.isDirectory() ? 0 : attributes.size(),
                attributes.lastModifiedTime().toInstant()));
    }

    @Override
    public List<Entry> list(String folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        if (Files.isDirectory(path(folder))) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(path(folder))) {
                for (Path file : files) {
                    find((folder.equals("/") ? "" : folder) + "/" + file.getFileName())
                            .ifPresent(entries::add);
                }
            }
        }
        return entries;
    }

    @Override
    public SeekableByteChannel open(String name) throws IOException {
        return Files.newByteChannel(path(name), StandardOpenOption.READ);
    }

    @Override
    public void put(String name, Content content) throws IOException {
        Path temporary = unfinished.resolve(UUID.randomUUID().toString());
        try (InputStream in = content.open()) {
            Files.copy(in, temporary);
            Files.createDirectories(path(name).getParent());
            Files.move(temporary, path(name), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    @Override
    public boolean create(String name, byte[] content) throws IOException {
        Path temporary = Files.write(unfinished.resolve(UUID.randomUUID().toString()), content);
        try {
            Files.createDirectories(path(name).getParent());
            // Unlike a rename, a link never replaces anything.
            Files.createLink(path(name), temporary);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(path(name));
    }

    @Override
    public void makeFolder(String name) throws IOException {
        Files.createDirectories(path(name));
    }
}
