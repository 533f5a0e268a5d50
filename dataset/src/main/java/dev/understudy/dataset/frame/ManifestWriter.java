package dev.understudy.dataset.frame;

import dev.understudy.files.AtomicFile;
import dev.understudy.files.Sha256;
import dev.understudy.files.WrittenFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes a manifest line by line. The file appears, whole, when {@link #publish} is called; without that nothing is left
 * behind. One thread at a time.
 */
public final class ManifestWriter implements AutoCloseable {
    private final Path target;
    private final Path temporary;
    private final BufferedWriter out;
    private int frames;

    public ManifestWriter(Path target) throws IOException {
        this.target = target;
        this.temporary = AtomicFile.temporaryBeside(target);
        this.out = Files.newBufferedWriter(temporary, StandardCharsets.UTF_8);
    }

    /** Writes all of {@code frames} at once. */
    public static WrittenFile write(Path target, Iterable<FrameRecord> frames) throws IOException {
        try (ManifestWriter writer = new ManifestWriter(target)) {
            for (FrameRecord frame : frames) {
                writer.add(frame);
            }
            return writer.publish();
        }
    }

    /** @throws IllegalArgumentException if the frame breaks a rule of {@link FrameRules}; ids are not compared */
    public void add(FrameRecord frame) throws IOException {
        Optional<String> problem = FrameRules.problem(frame);
        if (problem.isPresent()) {
            throw new IllegalArgumentException("frame " + frame.id() + ": " + problem.get());
        }
        out.write(FrameJson.write(frame));
        out.write('\n');
        frames++;
    }

    /** How many were added. */
    public int frames() {
        return frames;
    }

    public WrittenFile publish() throws IOException {
        out.close();
        AtomicFile.force(temporary);
        WrittenFile written = new WrittenFile(target, Sha256.of(temporary), Files.size(temporary));
        AtomicFile.publish(temporary, target);
        return written;
    }

    /** Discards what was not published. */
    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(temporary);
    }
}
