package dev.understudy.dataset.image;

import dev.understudy.files.Scratch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** JPEG files as cameras write them, with an EXIF segment. */
public final class ExifJpeg {
    private ExifJpeg() {}

    /** Writes {@code stored} as it is, with a tag that says that it is to be turned. */
    public static void write(Path file, RgbImage stored, int orientation) throws IOException {
        write(file, stored, segment(orientation, ByteOrder.BIG_ENDIAN));
    }

    /** @param segment content of the APP1 segment, which comes first */
    public static void write(Path file, RgbImage stored, byte[] segment) throws IOException {
        Path plain = Scratch.file("plain", ".jpg");
        RgbFiles.writeJpeg(plain, stored, 1);
        byte[] jpeg = Files.readAllBytes(plain);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.write(new byte[] {(byte) 0xFF, (byte) 0xE1, (byte) (segment.length + 2 >> 8), (byte) (segment.length + 2)});
        out.write(segment);
        out.write(jpeg, 2, jpeg.length - 2);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, out.toByteArray());
    }

    /** Two other tags, then the orientation. */
    public static byte[] segment(int orientation, ByteOrder order) {
        ByteBuffer exif = ByteBuffer.allocate(6 + 8 + 2 + 3 * 12 + 4).order(order);
        exif.put("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1));
        exif.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.ISO_8859_1));
        exif.putShort((short) 42).putInt(8).putShort((short) 3);
        exif.putShort((short) 0x010F).putShort((short) 2).putInt(4).putInt(0x41424300);
        exif.putShort((short) 0x0110).putShort((short) 2).putInt(4).putInt(0x41424300);
        exif.putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0);
        return exif.putInt(0).array();
    }
}
