package dev.understudy.store;

import dev.understudy.files.DataException;
import dev.understudy.files.storage.LocalCopy;
import dev.understudy.store.ShardCommits.ShardRecord.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An open shard: bytes by their positions, see {@link ShardDirectory}. Safe for several threads. */
final class ShardFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final long size;

    /** @param expected what the shard's record says of the file; compared where a copy is made of it */
    ShardFile(Path path, StoredFile expected) {
        this.path = path;
        try {
            channel = LocalCopy.open(path, expected.sha256());
        } catch (IOException e) {
            throw damaged(e);
        }
        try {
            size = channel.size();
        } catch (IOException e) {
            close();
            throw damaged(e);
        }
    }

    Path path() {
        return path;
    }

    FileChannel channel() {
        return channel;
    }

    /** In bytes. */
    long size() {
        return size;
    }

    /** The bytes from {@code start} on. */
    byte[] bytes(long start, int length) {
        if (start < 0 || length < 0 || start > size - length) {
            throw damaged("ends at " + size + " bytes, expected a chunk of " + length + " at " + start);
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        try {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, start + bytes.position()) < 0) {
                    throw damaged("ends at " + (start + bytes.position()) + " bytes, " + size + " when it was opened");
                }
            }
        } catch (IOException e) {
            throw damaged(e);
        }
        return bytes.array();
    }

    DataException damaged(String what) {
        return damaged(what, null);
    }

    DataException damaged(String what, @Nullable Throwable cause) {
        return new DataException(
                path + ": " + what
                        + "; the shard is damaged, verify the store and run the label job again with a check of its checksums",
                cause);
    }

    DataException damaged(Throwable cause) {
        String found = cause instanceof IOException ? cause.toString() : firstLine(cause.getMessage());
        return damaged(found, cause);
    }

    private static String firstLine(@Nullable String message) {
        return message == null
                ? "not what a shard looks like"
                : message.lines().findFirst().orElse("");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw damaged(e);
        }
    }
}
