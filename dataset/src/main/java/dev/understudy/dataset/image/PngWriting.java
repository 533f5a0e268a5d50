package dev.understudy.dataset.image;

import ar.com.hjg.pngj.FilterType;
import ar.com.hjg.pngj.ImageInfo;
import ar.com.hjg.pngj.ImageLineByte;
import ar.com.hjg.pngj.ImageLineInt;
import ar.com.hjg.pngj.PngWriter;
import ar.com.hjg.pngj.chunks.PngChunkPLTE;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Rows → PNG. The same rows always give the same bytes; no dates, no comments. */
final class PngWriting {
    /** Fixed, since the level is part of what makes the same picture the same bytes. */
    private static final int LEVEL = 4;

    private PngWriting() {}

    /** @param palette 256 colours as 0xRRGGBB, for an image of indices */
    static void bytes(OutputStream out, ImageInfo info, @Nullable Palette palette, PngRows.Bytes fill) {
        PngWriter png = writer(out, info);
        if (palette != null) {
            PngChunkPLTE chunk = png.getMetadata().createPLTEChunk();
            chunk.setNentries(256);
            for (int i = 0; i < 256; i++) {
                int colour = palette.colour(i);
                chunk.setEntry(i, colour >> 16 & 0xFF, colour >> 8 & 0xFF, colour & 0xFF);
            }
        }
        ImageLineByte line = new ImageLineByte(info);
        for (int y = 0; y < info.rows; y++) {
            fill.row(y, line.getScanlineByte());
            png.writeRow(line);
        }
        png.end();
    }

    static void wide(OutputStream out, ImageInfo info, PngRows.Ints fill) {
        PngWriter png = writer(out, info);
        ImageLineInt line = new ImageLineInt(info);
        for (int y = 0; y < info.rows; y++) {
            fill.row(y, line.getScanline());
            png.writeRow(line);
        }
        png.end();
    }

    private static PngWriter writer(OutputStream out, ImageInfo info) {
        PngWriter png = new PngWriter(out, info);
        png.setShouldCloseStream(false);
        png.setCompLevel(LEVEL);
        boolean smooth = !info.indexed && info.channels == 3 || info.bitDepth == 16;
        png.setFilterType(smooth ? FilterType.FILTER_PAETH : FilterType.FILTER_NONE);
        return png;
    }
}
