package dev.understudy.labeler.fusion;

import dev.understudy.dataset.image.Palette;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.storage.Storage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The map of a scene as a point cloud in the PLY format, binary, little-endian. A point has x, y, z and nx, ny, nz;
 * red, green, blue of its class, which viewers show; picture_red, picture_green, picture_blue of what cameras saw; and
 * label, probability and views. Points are written as they come; the file appears when it is published.
 */
public final class PlyFile implements AutoCloseable {
    private static final int BYTES_A_POINT = 6 * Float.BYTES + 6 + 1 + Float.BYTES + Integer.BYTES;

    private final Path target;
    private final String scene;
    private final Palette palette;
    private final Path points;
    private final OutputStream out;
    private final ByteBuffer buffer = ByteBuffer.allocate(BYTES_A_POINT).order(ByteOrder.LITTLE_ENDIAN);
    private long count;

    /** @param scene its name, for a comment */
    public PlyFile(Path target, String scene, Palette palette) throws IOException {
        this.target = target;
        this.scene = scene;
        this.palette = palette;
        this.points = temporary(target.toAbsolutePath().getParent());
        this.out = new BufferedOutputStream(Files.newOutputStream(points), 1 << 16);
    }

    /** In the target's folder, where there is room for it, or else on the local disk. */
    private static Path temporary(Path folder) throws IOException {
        String name = ".points";
        return Storage.isRemote(folder)
                ? Files.createTempFile(name, AtomicFile.TEMPORARY_SUFFIX)
                : Files.createTempFile(Files.createDirectories(folder), name, AtomicFile.TEMPORARY_SUFFIX);
    }

    /** @throws UncheckedIOException if the disk is full */
    public void put(MapPoint point) {
        int colour = palette.colour(point.label());
        buffer.clear()
                .putFloat(point.x())
                .putFloat(point.y())
                .putFloat(point.z())
                .putFloat(point.nx())
                .putFloat(point.ny())
                .putFloat(point.nz());
        putColour(colour);
        putColour(point.picture());
        buffer.put((byte) point.label()).putFloat(point.probability()).putInt(point.views());
        try {
            out.write(buffer.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        count++;
    }

    private void putColour(int colour) {
        buffer.put((byte) (colour >> 16)).put((byte) (colour >> 8)).put((byte) colour);
    }

    /** Gives the file its name. */
    public void publish() throws IOException {
        out.close();
        AtomicFile.write(target, file -> {
            file.write(header().getBytes(StandardCharsets.US_ASCII));
            Files.copy(points, file);
        });
    }

    private String header() {
        return "ply\nformat binary_little_endian 1.0\ncomment scene " + scene + "\ncomment understudy fuse; metres\n"
                + "element vertex " + count + "\n"
                + "property float x\nproperty float y\nproperty float z\n"
                + "property float nx\nproperty float ny\nproperty float nz\n"
                + "property uchar red\nproperty uchar green\nproperty uchar blue\n"
                + "property uchar picture_red\nproperty uchar picture_green\nproperty uchar picture_blue\n"
                // Open3D passes over numbers of two bytes
                + "property uchar label\nproperty float probability\nproperty int views\n"
                + "end_header\n";
    }

    /** Without {@link #publish}, leaves nothing. */
    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(points);
    }
}
