package dev.understudy.dataset.image;

import ar.com.hjg.pngj.IImageLine;
import ar.com.hjg.pngj.ImageLineByte;
import ar.com.hjg.pngj.ImageLineInt;
import ar.com.hjg.pngj.PngReader;
import ar.com.hjg.pngj.PngReaderByte;
import ar.com.hjg.pngj.PngReaderInt;
import ar.com.hjg.pngj.chunks.ChunkLoadBehaviour;
import ar.com.hjg.pngj.chunks.PngChunkPLTE;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * The rows of a PNG, from top to bottom, as they are stored: channels interleaved, palette indices as they are. Low bit
 * depths come one sample a byte, not scaled. Text, profiles and other chunks are skipped unread.
 */
final class PngRows {
    private PngRows() {}

    /** Gets a row that is valid during the call only. */
    @FunctionalInterface
    interface Bytes {
        void row(int y, byte[] samples);
    }

    @FunctionalInterface
    interface Ints {
        void row(int y, int[] samples);
    }

    /** Of at most 8 bits a sample. @return 256 colours as 0xRRGGBB, black where the file has none */
    static int[] read(Path file, OpenPicture picture, Bytes rows) {
        return read(file, picture, true, (y, line) -> rows.row(y, ((ImageLineByte) line).getScanlineByte()));
    }

    /** Of 16 bits a sample. */
    static void readWide(Path file, OpenPicture picture, Ints rows) {
        read(file, picture, false, (y, line) -> rows.row(y, ((ImageLineInt) line).getScanline()));
    }

    @FunctionalInterface
    private interface Lines {
        void line(int y, IImageLine line);
    }

    private static int[] read(Path file, OpenPicture picture, boolean narrow, Lines lines) {
        ImageHeader header = picture.header();
        try {
            InputStream in = picture.bytes();
            PngReader png = narrow ? new PngReaderByte(in) : new PngReaderInt(in);
            try {
                png.setChunkLoadBehaviour(ChunkLoadBehaviour.LOAD_CHUNK_NEVER);
                if (png.imgInfo.cols != header.width() || png.imgInfo.rows != header.height()) {
                    throw new IOException("it changed while it was read");
                }
                for (int y = 0; y < header.height(); y++) {
                    lines.line(y, png.readRow());
                }
                png.end();
                return palette(png.getMetadata().getPLTE());
            } finally {
                png.close();
            }
        } catch (IOException | RuntimeException e) {
            // The decoder throws many kinds of RuntimeException for what is wrong inside a file.
            throw ImageErrors.damaged(file, header, e);
        }
    }

    private static int[] palette(PngChunkPLTE chunk) {
        int[] colours = new int[256];
        for (int i = 0; chunk != null && i < Math.min(chunk.getNentries(), colours.length); i++) {
            colours[i] = chunk.getEntry(i) & 0xFFFFFF;
        }
        return colours;
    }
}
