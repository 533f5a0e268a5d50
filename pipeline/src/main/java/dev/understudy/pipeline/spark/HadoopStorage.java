package dev.understudy.pipeline.spark;

import dev.understudy.files.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIsNotEmptyDirectoryException;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.security.AccessControlException;

/**
 * A file system of Hadoop's as a storage. How a file appears whole, and once and only once, depends on what it is
 * ({@link Kind}): HDFS renames in one step; S3 and the like show an object when its stream is closed, if nothing is
 * there by then.
 */
final class HadoopStorage implements Storage {
    /** Asks S3A, and whoever else knows it, for a conditional put. */
    private static final String CONDITIONAL = Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE;

    private static final String READ_POLICY = Options.OpenFileOptions.FS_OPTION_OPENFILE_READ_POLICY;
    private static final String ABORTABLE = "fs.capability.outputstream.abortable";
    private static final int BUFFER = 1 << 16;

    private final FileSystem files;
    private final FileContext renaming;
    private final Kind kind;

    /** What a file system's guarantees rest on. */
    enum Kind {
        /** It renames in one step, over what is there or not: HDFS. */
        RENAMES,
        /** An object appears when its stream is closed, if the name is still free where that was asked for: S3. */
        CONDITIONAL_PUTS,
        /** As before, by {@code create} without {@code overwrite}: Google's and Azure's connectors. */
        EXCLUSIVE_CREATES;

        private static Kind of(FileSystem files) throws IOException {
            String scheme = files.getScheme();
            if (files.hasPathCapability(new Path("/"), CONDITIONAL)) {
                return CONDITIONAL_PUTS;
            }
            if (scheme.startsWith("s3")) {
                throw new IOException(files.getUri() + ": this connector cannot make a name that only one can make;"
                        + " use hadoop-aws 3.4.2 or newer, with fs.s3a.create.conditional.enabled");
            }
            return scheme.equals("gs") || scheme.startsWith("abfs") ? EXCLUSIVE_CREATES : RENAMES;
        }
    }

    HadoopStorage(FileSystem files) throws IOException {
        this.files = files;
        this.kind = Kind.of(files);
        this.renaming = FileContext.getFileContext(files.getUri(), files.getConf());
    }

    private interface Request<T> {
        T send() throws IOException;
    }

    /** Hadoop has exceptions of its own for what Java has names for. */
    private static <T> T request(Path path, Request<T> request) throws IOException {
        try {
            return request.send();
        } catch (FileNotFoundException e) {
            throw (IOException) new NoSuchFileException(path.toString()).initCause(e);
        } catch (AccessControlException e) {
            throw (IOException) new AccessDeniedException(path.toString()).initCause(e);
        } catch (PathIsNotEmptyDirectoryException e) {
            throw (IOException) new DirectoryNotEmptyException(path.toString()).initCause(e);
        }
    }

    private Path path(String name) {
        return new Path(files.getUri().getScheme(), files.getUri().getAuthority(), name);
    }

    private static Entry entry(String name, FileStatus status) {
        return new Entry(
                name,
                status.isDirectory(),
                status.isDirectory() ? 0 : status.getLen(),
                Instant.ofEpochMilli(status.getModificationTime()));
    }

    @Override
    public Optional<Entry> find(String name) throws IOException {
        Path path = path(name);
        try {
            return Optional.of(entry(name, request(path, () -> files.getFileStatus(path))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<Entry> list(String folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try {
            RemoteIterator<FileStatus> found = request(path(folder), () -> files.listStatusIterator(path(folder)));
            while (request(path(folder), found::hasNext)) {
                FileStatus status = found.next();
                entries.add(entry(status.getPath().toUri().getPath(), status));
            }
            return entries;
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public SeekableByteChannel open(String name) throws IOException {
        Path path = path(name);
        return request(
                path,
                () -> new Channel(
                        path,
                        await(files.openFile(path)
                                .opt(READ_POLICY, "whole-file, sequential, adaptive")
                                .build())));
    }

    private static <T> T await(CompletableFuture<T> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a file was opened", e);
        } catch (ExecutionException | CompletionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IOException(e.getCause() == null ? e : e.getCause());
        }
    }

    @Override
    public void put(String name, Content content) throws IOException {
        Path path = path(name);
        if (kind == Kind.CONDITIONAL_PUTS || files.getScheme().equals("gs")) {
            request(path, () -> {
                fill(files.create(path, true), content);
                return null;
            });
        } else {
            publish(path, content, Options.Rename.OVERWRITE);
        }
    }

    @Override
    public boolean create(String name, byte[] bytes) throws IOException {
        Path path = path(name);
        Content content = Content.of(bytes);
        try {
            switch (kind) {
                case RENAMES -> publish(path, content, Options.Rename.NONE);
                case CONDITIONAL_PUTS ->
                    request(path, () -> {
                        FSDataOutputStreamBuilder<?, ?> builder = files.createFile(path);
                        builder.recursive();
                        builder.overwrite(true);
                        builder.must(CONDITIONAL, true);
                        fill(builder.build(), content);
                        return null;
                    });
                case EXCLUSIVE_CREATES ->
                    request(path, () -> {
                        fill(files.create(path, false), content);
                        return null;
                    });
            }
            return true;
        } catch (IOException e) {
            if (find(name).isPresent()) {
                // Whatever went wrong: either somebody was first, or it was us and the answer was lost on the way.
                return isOurs(name, bytes, e);
            }
            throw e;
        }
    }

    /** After an answer was lost, what is there tells whether it was our own try that got through. */
    private boolean isOurs(String name, byte[] bytes, IOException trouble) throws IOException {
        boolean lostRace = trouble instanceof FileAlreadyExistsException
                || trouble instanceof org.apache.hadoop.fs.FileAlreadyExistsException
                || String.valueOf(trouble.getMessage()).contains("412")
                || trouble.getClass().getSimpleName().equals("RemoteFileChangedException");
        if (lostRace) {
            return false;
        }
        try (SeekableByteChannel there = open(name)) {
            byte[] found = java.nio.channels.Channels.newInputStream(there).readNBytes(bytes.length + 1);
            return java.util.Arrays.equals(found, bytes);
        }
    }

    private void publish(Path path, Content content, Options.Rename how) throws IOException {
        Path temporary = new Path(path.getParent(), "." + path.getName() + "." + UUID.randomUUID() + ".tmp");
        request(path, () -> {
            boolean renamed = false;
            try {
                fill(
                        renaming.create(temporary, EnumSet.of(CreateFlag.CREATE), Options.CreateOpts.createParent()),
                        content);
                renaming.rename(temporary, path, how);
                renamed = true;
                return null;
            } finally {
                if (!renamed) {
                    files.delete(temporary, false);
                }
            }
        });
    }

    /** A stream that was not filled to its end must not be closed in good order: that would publish what it has. */
    private static void fill(FSDataOutputStream out, Content content) throws IOException {
        boolean filled = false;
        try (InputStream in = content.open()) {
            copy(in, out);
            filled = true;
        } finally {
            if (!filled && out.hasCapability(ABORTABLE)) {
                out.abort();
            }
            out.close();
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            out.write(buffer, 0, read);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        request(path(name), () -> files.delete(path(name), false));
    }

    @Override
    public void makeFolder(String name) throws IOException {
        request(path(name), () -> files.mkdirs(path(name)));
    }

    /** Reads of an open file; only its size, which few ask for, is another request. */
    private final class Channel implements SeekableByteChannel {
        private final Path path;
        private final FSDataInputStream in;
        private final byte[] buffer = new byte[BUFFER];
        private boolean open = true;

        Channel(Path path, FSDataInputStream in) {
            this.path = path;
            this.in = in;
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
            if (!to.hasRemaining()) {
                return 0;
            }
            return request(path, () -> {
                int wanted = Math.min(buffer.length, to.remaining());
                byte[] target = to.hasArray() ? to.array() : buffer;
                int offset = to.hasArray() ? to.arrayOffset() + to.position() : 0;
                int read = in.read(target, offset, to.hasArray() ? to.remaining() : wanted);
                if (read > 0 && to.hasArray()) {
                    to.position(to.position() + read);
                } else if (read > 0) {
                    to.put(buffer, 0, read);
                }
                return read;
            });
        }

        @Override
        public long position() throws IOException {
            return in.getPos();
        }

        @Override
        public SeekableByteChannel position(long position) throws IOException {
            in.seek(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return request(path, () -> files.getFileStatus(path)).getLen();
        }

        @Override
        public int write(ByteBuffer from) {
            throw new java.nio.channels.NonWritableChannelException();
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new java.nio.channels.NonWritableChannelException();
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() throws IOException {
            open = false;
            in.close();
        }
    }
}
