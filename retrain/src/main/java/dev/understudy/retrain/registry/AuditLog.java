package dev.understudy.retrain.registry;

import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import dev.understudy.files.StrictJson;
import dev.understudy.retrain.registry.AuditHistory.AuditEntry;
import dev.understudy.retrain.registry.AuditHistory.AuditEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads and grows {@code audit.jsonl}. The caller holds the registry's lock while it appends. */
final class AuditLog {
    /** SHA-256 of no bytes: what stands before the first entry. */
    static final String NOTHING = Sha256.of(new byte[0]);

    /** A log of a hundred thousand entries is 30 MB. */
    private static final long LARGEST = 256L << 20;

    private static final int LONGEST_DETAIL = 4000;

    private final Path file;
    private final String actor;

    AuditLog(Path file, String actor) {
        this.file = file;
        this.actor = actor;
    }

    /** @throws DataException if the log has been altered */
    AuditHistory read() throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return new AuditHistory(List.of(), 0, NOTHING, new byte[0]);
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LARGEST) {
            throw new DataException(file + ": found something else, expected a log of at most " + LARGEST
                    + " bytes; restore it from a copy");
        }
        return new Reading(Files.readAllBytes(file)).history();
    }

    /** Appends an entry and waits until it is on disk. */
    AuditHistory.Logged append(AuditHistory history, Instant at, AuditEvent event, SortedMap<String, String> details)
            throws IOException {
        AuditEntry entry =
                new AuditEntry(history.nextSequence(), at, event, actor, shortened(details), history.sha256());
        byte[] line = (StrictJson.canonical(entry) + "\n").getBytes(StandardCharsets.UTF_8);
        appendBytes(history.length(), line);
        MessageDigest digest = Sha256.digest();
        digest.update(Files.readAllBytes(file));
        return new AuditHistory.Logged(entry, history.length() + line.length, Sha256.hex(digest));
    }

    /**
     * Ends what was cut off, and says so, so that the log can grow again without losing a byte of it. Whoever dies in
     * here leaves something that the next one can recover in the same way.
     */
    void recover(Instant at) throws IOException {
        AuditHistory history = read();
        byte[] fragment = history.cutOff();
        if (fragment.length > 0 && fragment[fragment.length - 1] != '\n') {
            appendBytes(history.length() + fragment.length, new byte[] {'\n'});
            history = read();
        }
        if (history.cutOff().length > 0) {
            TreeMap<String, String> details = new TreeMap<>();
            details.put("fragment", Sha256.of(history.cutOff()));
            long length = history.length() + history.cutOff().length;
            String before = Sha256.of(Files.readAllBytes(file));
            append(new AuditHistory(history.logged(), length, before, new byte[0]), at, AuditEvent.RECOVERED, details);
        }
    }

    private void appendBytes(long expectedLength, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                LinkOption.NOFOLLOW_LINKS)) {
            if (channel.size() != expectedLength) {
                throw new DataException(file + ": found " + channel.size() + " bytes, expected " + expectedLength
                        + ": something writes to it without the registry's lock");
            }
            try {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                channel.position(expectedLength);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            } catch (IOException e) {
                // The disk is full, say. Nobody was told of this entry, so the half line may go.
                try {
                    channel.truncate(expectedLength);
                } catch (IOException another) {
                    e.addSuppressed(another);
                }
                throw e;
            }
        }
    }

    /** As details are kept: long ones are cut off. */
    static SortedMap<String, String> shortened(SortedMap<String, String> details) {
        SortedMap<String, String> copy = new TreeMap<>();
        details.forEach((key, value) ->
                copy.put(key, value.length() <= LONGEST_DETAIL ? value : value.substring(0, LONGEST_DETAIL) + "…"));
        return copy;
    }

    /** One pass over the bytes of a log, with the hash of all that has been passed. */
    private final class Reading {
        private final byte[] bytes;
        private final MessageDigest passed = Sha256.digest();
        private final List<AuditHistory.Logged> logged = new ArrayList<>();
        /** Start of lines that are no entries and have not been explained; -1 = none. */
        private int fragment = -1;

        private String before = NOTHING;

        Reading(byte[] bytes) {
            this.bytes = bytes;
        }

        AuditHistory history() {
            int start = 0;
            int number = 1;
            for (int end = lineEnd(start); end >= 0; end = lineEnd(start)) {
                AuditEntry entry = entry(start, end);
                if (entry != null) {
                    check(entry, number, start);
                } else if (fragment < 0) {
                    fragment = start;
                }
                passed.update(bytes, start, end + 1 - start);
                before = soFar();
                start = end + 1;
                number++;
                if (entry != null) {
                    logged.add(new AuditHistory.Logged(entry, start, before));
                }
            }
            int whole = fragment < 0 ? start : fragment;
            String sha256 = fragment < 0 ? before : Sha256.of(Arrays.copyOf(bytes, whole));
            return new AuditHistory(logged, whole, sha256, Arrays.copyOfRange(bytes, whole, bytes.length));
        }

        private @Nullable AuditEntry entry(int start, int end) {
            try {
                return StrictJson.MAPPER.readValue(bytes, start, end - start, AuditEntry.class);
            } catch (IOException | IllegalArgumentException e) {
                return null;
            }
        }

        private void check(AuditEntry entry, int number, int start) {
            if (fragment >= 0) {
                String explained =
                        entry.event() == AuditEvent.RECOVERED ? entry.details().get("fragment") : null;
                if (!Sha256.of(Arrays.copyOfRange(bytes, fragment, start)).equals(explained)) {
                    throw broken(number - 1, "a line that is no entry");
                }
                fragment = -1;
            }
            long sequence =
                    logged.isEmpty() ? 1 : logged.get(logged.size() - 1).entry().sequence() + 1;
            if (entry.sequence() != sequence || !entry.before().equals(before)) {
                throw broken(number, "entry " + entry.sequence() + " that follows SHA-256 " + entry.before());
            }
        }

        private String soFar() {
            try {
                return Sha256.hex((MessageDigest) passed.clone());
            } catch (CloneNotSupportedException e) {
                throw new AssertionError("SHA-256 of every Java platform can be cloned", e);
            }
        }

        private int lineEnd(int from) {
            for (int i = from; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    return i;
                }
            }
            return -1;
        }

        private DataException broken(int number, String found) {
            return new DataException(file + ": line " + number + ": found " + found
                    + ", expected the entry that belongs there: the log has been altered; restore it from a copy");
        }
    }
}
