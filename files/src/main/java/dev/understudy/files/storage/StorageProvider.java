package dev.understudy.files.storage;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the storages of one scheme look like a file system of Java's. What is written appears when its stream is
 * closed, and is held in memory until then: for more than small files there is {@link Storage#put}. Channels are for
 * reading only, and there is no {@link java.nio.channels.FileChannel}: see {@link LocalCopy}.
 */
public abstract class StorageProvider extends FileSystemProvider {
    private final String scheme;

    protected StorageProvider(String scheme) {
        this.scheme = scheme;
    }

    /**
     * The storage behind an authority (a bucket, a name node); called again and again.
     *
     * @param authority null where the URI has none
     */
    protected abstract Storage storage(@Nullable String authority);

    @Override
    public final String getScheme() {
        return scheme;
    }

    /** As often as one likes: file systems of one authority are equal. */
    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> unused) {
        return getFileSystem(uri);
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return new StorageFileSystem(this, uri.getRawAuthority());
    }

    @Override
    public Path getPath(URI uri) {
        return getFileSystem(uri).getPath(uri.getPath());
    }

    @Override
    public InputStream newInputStream(Path path, OpenOption... options) throws IOException {
        return Channels.newInputStream(storageOf(path).open(Storage.name(path)));
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        if (options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND)) {
            throw new UnsupportedOperationException("writing " + path + " through a channel");
        }
        return storageOf(path).open(Storage.name(path));
    }

    @Override
    public OutputStream newOutputStream(Path path, OpenOption... options) throws IOException {
        List<OpenOption> wanted = Arrays.asList(options);
        if (wanted.contains(StandardOpenOption.APPEND)) {
            throw new UnsupportedOperationException("appending to " + path);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        return new FilterOutputStream(bytes) {
            private boolean closed;

            @Override
            public void write(byte[] from, int offset, int length) {
                bytes.write(from, offset, length);
            }

            @Override
            public void close() throws IOException {
                if (closed) {
                    return;
                }
                closed = true;
                byte[] content = bytes.toByteArray();
                if (!wanted.contains(StandardOpenOption.CREATE_NEW)) {
                    storageOf(path).put(Storage.name(path), Storage.Content.of(content));
                } else if (!storageOf(path).create(Storage.name(path), content)) {
                    throw new FileAlreadyExistsException(path.toString());
                }
            }
        };
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        if (!entry(folder).isFolder()) {
            throw new NotDirectoryException(folder.toString());
        }
        List<Path> found = new ArrayList<>();
        for (Storage.Entry entry : storageOf(folder).list(Storage.name(folder))) {
            Path path = folder.resolve(entry.name().substring(entry.name().lastIndexOf('/') + 1));
            if (filter.accept(path)) {
                found.add(path);
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return found.iterator();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
        var there = storageOf(folder).find(Storage.name(folder));
        if (there.isPresent()) {
            throw new FileAlreadyExistsException(folder.toString());
        }
        storageOf(folder).makeFolder(Storage.name(folder));
    }

    @Override
    public void delete(Path path) throws IOException {
        entry(path);
        storageOf(path).delete(Storage.name(path));
    }

    /** One request less than asking first. Does not tell whether there was anything. */
    @Override
    public boolean deleteIfExists(Path path) throws IOException {
        storageOf(path).delete(Storage.name(path));
        return true;
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        if (!Arrays.asList(options).contains(StandardCopyOption.REPLACE_EXISTING) && Files.exists(target)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        storageOf(target).put(Storage.name(target), () -> newInputStream(source));
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        throw new AtomicMoveNotSupportedException(
                source.toString(), target.toString(), "nothing can be renamed in this storage");
    }

    @Override
    public boolean isSameFile(Path path, Path other) {
        return StorageFileSystem.own(path)
                .toRealPath()
                .equals(other.toAbsolutePath().normalize());
    }

    @Override
    public boolean isHidden(Path path) {
        Path name = path.getFileName();
        return name != null && name.toString().startsWith(".");
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw new UnsupportedOperationException("the disk of " + path);
    }

    /** That it is there; what may be done with it is told by whoever tries. */
    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        entry(path);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return null;
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        if (type != BasicFileAttributes.class) {
            throw new UnsupportedOperationException(type + " of " + path);
        }
        return type.cast(new Attributes(entry(path)));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
        throw new UnsupportedOperationException("attributes of " + path + " by their names");
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException("attributes of " + path);
    }

    private Storage.Entry entry(Path path) throws IOException {
        return storageOf(path).find(Storage.name(path)).orElseThrow(() -> new NoSuchFileException(path.toString()));
    }

    private static Storage storageOf(Path path) {
        return StorageFileSystem.own(path).getFileSystem().storage();
    }

    private record Attributes(Storage.Entry entry) implements BasicFileAttributes {
        @Override
        public FileTime lastModifiedTime() {
            return FileTime.from(entry.changed());
        }

        @Override
        public FileTime lastAccessTime() {
            return lastModifiedTime();
        }

        @Override
        public FileTime creationTime() {
            return lastModifiedTime();
        }

        @Override
        public boolean isRegularFile() {
            return !entry.isFolder();
        }

        @Override
        public boolean isDirectory() {
            return entry.isFolder();
        }

        @Override
        public boolean isSymbolicLink() {
            return false;
        }

        @Override
        public boolean isOther() {
            return false;
        }

        @Override
        public long size() {
            return entry.size();
        }

        @Override
        public @Nullable Object fileKey() {
            return null;
        }
    }
}
