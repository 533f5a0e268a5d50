package dev.understudy.cli.dataset;

import dev.understudy.cli.report.HtmlReport;
import dev.understudy.cli.report.Pictures;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** Frames side by side in small pictures: a row a frame, a column for each kind of map that any of them has. */
public final class ContactSheet {
    private static final int GAP = 4;
    private static final double OPACITY = 0.65;
    private static final double FAR_SHARE = 0.98;

    private final int width;
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, String> legend = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private enum Column {
        PICTURE,
        LABELS,
        CONFIDENCE,
        DEPTH,
        NORMALS
    }

    private record Row(String id, List<String> facts, Map<Column, RgbImage> pictures) {
        int height() {
            return pictures.values().stream().mapToInt(RgbImage::height).max().orElse(1);
        }
    }

    /** As the page's template reads them. */
    public record PageRow(String id, List<String> facts, List<String> pictures) {}

    /** As the page's template reads it. */
    public record PageClass(String name, String colour) {}

    /** @param width of each picture */
    public ContactSheet(int width) {
        this.width = width;
    }

    /** Frames that cannot be read are told of in {@link #problems} and left out. */
    void add(Manifest manifest, CountedProgress progress) {
        DiskFrameSource source = new DiskFrameSource(manifest);
        for (int i = 0; i < source.size(); i++) {
            try {
                add(source.read(i), source.classSpace(i), null);
            } catch (DataException e) {
                problems.add(e.getMessage());
            }
            progress.at(i + 1, source.size());
        }
    }

    /**
     * Adds a frame with whatever maps it has.
     *
     * @param space of its segmentation
     * @param confidence [H,W] how sure the segmentation is, unsigned bytes; null if that is not known
     */
    public void add(Frame frame, @Nullable ClassSpace space, byte @Nullable [] confidence) {
        Row row = row(frame, space);
        if (confidence != null) {
            RgbImage picture = Pictures.share(frame.width(), frame.height(), confidence);
            row.pictures.put(Column.CONFIDENCE, Thumbnail.of(picture, width));
            double sum = 0;
            for (byte value : confidence) {
                sum += value & 0xFF;
            }
            row.facts.add(String.format(Locale.ROOT, "confidence %.2f", sum / 255 / confidence.length));
        }
        rows.add(row);
    }

    List<String> problems() {
        return problems;
    }

    private Row row(Frame frame, @Nullable ClassSpace space) {
        Map<Column, RgbImage> pictures = new EnumMap<>(Column.class);
        List<String> facts = new ArrayList<>();
        facts.add(frame.width() + "×" + frame.height());
        if (frame.record().split() != null) {
            facts.add(frame.record().split());
        }
        pictures.put(Column.PICTURE, Thumbnail.of(frame.rgb(), width));
        if (frame.segmentation() != null && space != null) {
            facts.add(space.name());
            pictures.put(
                    Column.LABELS,
                    Thumbnail.of(Pictures.overlay(frame.rgb(), frame.segmentation(), space, OPACITY), width));
            for (byte index : frame.segmentation().classes()) {
                if ((index & 0xFF) < space.size()) {
                    legend.computeIfAbsent(
                            space.className(index & 0xFF),
                            name -> String.format(
                                    Locale.ROOT, "#%06x", space.palette().colour(index & 0xFF)));
                }
            }
        }
        if (frame.depth() != null) {
            double far = far(frame.depth());
            facts.add(String.format(Locale.ROOT, "depth to %.1f m", far));
            pictures.put(Column.DEPTH, Thumbnail.of(Pictures.depth(frame.depth(), far), width));
        }
        if (frame.normals() != null) {
            pictures.put(Column.NORMALS, Thumbnail.of(Pictures.normals(frame.normals()), width));
        }
        return new Row(frame.id(), facts, pictures);
    }

    /** What all but a few of the measured pixels are nearer than. */
    private static double far(DepthMap depth) {
        float[] sorted = depth.metres().clone();
        Arrays.sort(sorted);
        int first = Arrays.binarySearch(sorted, Float.MIN_VALUE);
        first = first < 0 ? -first - 1 : first;
        return first == sorted.length ? 1 : sorted[first + (int) ((sorted.length - 1 - first) * FAR_SHARE)];
    }

    private List<Column> columns() {
        return Arrays.stream(Column.values())
                .filter(column -> rows.stream().anyMatch(row -> row.pictures.containsKey(column)))
                .toList();
    }

    public Path writePng(Path file) throws IOException {
        List<Column> columns = columns();
        int sheetWidth = Math.max(1, columns.size()) * (width + GAP) + GAP;
        int sheetHeight = rows.stream().mapToInt(row -> row.height() + GAP).sum() + GAP;
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(sheetWidth, sheetHeight), 3)];
        Arrays.fill(rgb, (byte) 0xFF);
        int top = GAP;
        for (Row row : rows) {
            for (int i = 0; i < columns.size(); i++) {
                RgbImage picture = row.pictures.get(columns.get(i));
                if (picture != null) {
                    paste(picture, rgb, sheetWidth, GAP + i * (width + GAP), top);
                }
            }
            top += row.height() + GAP;
        }
        return RgbFiles.writePng(file, new RgbImage(sheetWidth, sheetHeight, rgb))
                .path();
    }

    private static void paste(RgbImage picture, byte[] rgb, int sheetWidth, int left, int top) {
        for (int y = 0; y < picture.height(); y++) {
            System.arraycopy(
                    picture.rgb(),
                    y * picture.width() * 3,
                    rgb,
                    ((top + y) * sheetWidth + left) * 3,
                    picture.width() * 3);
        }
    }

    /** @param total frames that were there to choose from */
    public Path writeHtml(Path file, String title, int total) throws IOException {
        List<Column> columns = columns();
        List<PageRow> page = new ArrayList<>();
        for (Row row : rows) {
            List<String> pictures = new ArrayList<>();
            for (Column column : columns) {
                RgbImage picture = row.pictures.get(column);
                pictures.add(picture == null ? "" : Thumbnail.dataUri(picture));
            }
            page.add(new PageRow(row.id, row.facts, pictures));
        }
        List<PageClass> classes = new ArrayList<>();
        legend.forEach((name, colour) -> classes.add(new PageClass(name, colour)));
        String html = HtmlReport.render(
                "sheet.ftlh",
                Map.of(
                        "title",
                        title,
                        "total",
                        total,
                        "columns",
                        columns.stream()
                                .map(column -> column.name().toLowerCase(Locale.ROOT))
                                .toList(),
                        "rows",
                        page,
                        "legend",
                        classes));
        return AtomicFile.write(file, html).path();
    }

    /** Small pictures for pages. */
    static final class Thumbnail {
        private Thumbnail() {}

        /** Each new pixel is the mean of those that it covers; pictures that are no wider stay as they are. */
        static RgbImage of(RgbImage image, int width) {
            if (image.width() <= width) {
                return image;
            }
            int height = Math.max(1, Math.round((float) image.height() * width / image.width()));
            byte[] rgb = new byte[width * height * 3];
            for (int y = 0; y < height; y++) {
                int top = y * image.height() / height;
                int bottom = Math.max(top + 1, (y + 1) * image.height() / height);
                for (int x = 0; x < width; x++) {
                    int left = x * image.width() / width;
                    int right = Math.max(left + 1, (x + 1) * image.width() / width);
                    for (int c = 0; c < 3; c++) {
                        rgb[(y * width + x) * 3 + c] = mean(image, left, right, top, bottom, c);
                    }
                }
            }
            return new RgbImage(width, height, rgb);
        }

        private static byte mean(RgbImage image, int left, int right, int top, int bottom, int channel) {
            int sum = 0;
            for (int y = top; y < bottom; y++) {
                for (int x = left; x < right; x++) {
                    sum += image.rgb()[(y * image.width() + x) * 3 + channel] & 0xFF;
                }
            }
            int count = (right - left) * (bottom - top);
            return (byte) ((sum + count / 2) / count);
        }

        /** As a PNG inside an address, so that a page needs no other file. */
        static String dataUri(RgbImage image) throws IOException {
            BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
            for (int i = 0; i < image.width() * image.height(); i++) {
                int rgb = (image.rgb()[3 * i] & 0xFF) << 16
                        | (image.rgb()[3 * i + 1] & 0xFF) << 8
                        | image.rgb()[3 * i + 2] & 0xFF;
                buffered.setRGB(i % image.width(), i / image.width(), rgb);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.setUseCache(false);
            ImageIO.write(buffered, "png", out);
            return "data:image/png;base64," + Base64.getEncoder().encodeToString(out.toByteArray());
        }
    }
}
