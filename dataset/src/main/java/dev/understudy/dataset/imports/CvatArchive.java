package dev.understudy.dataset.imports;

import dev.understudy.conf.Suggestion;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.dataset.imports.CorrectionsImport.CorrectedLabels;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * An archive of CVAT's format "Segmentation mask": {@code labelmap.txt} and {@code SegmentationClass/<name>.png}.
 * Hostile archives take bounded memory and time, and names in it are looked up, never written to. A mask's name is its
 * frame's id; background is "ignore". Safe for several threads.
 */
public final class CvatArchive implements CorrectedLabels {
    private static final String MASKS = "SegmentationClass/";
    private static final String BACKGROUND = "background";
    private static final int MOST_ENTRIES = 1_000_000;
    private static final int LARGEST_LABEL_MAP = 1 << 20;

    /** More than any mask of a picture that is read here. */
    private static final int LARGEST_MASK = 64 << 20;

    private final Path file;
    private final ZipFile zip;
    private final SortedMap<String, ZipEntry> masks = new TreeMap<>();
    private final Map<Integer, Integer> meanings;

    private CvatArchive(Path file, ZipFile zip, ClassSpace classes) throws IOException {
        this.file = file;
        this.zip = zip;
        if (zip.size() > MOST_ENTRIES) {
            throw new DataException(file + ": found " + zip.size() + " entries, expected at most " + MOST_ENTRIES);
        }
        for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
            ZipEntry entry = entries.nextElement();
            String name = entry.getName();
            if (name.startsWith(MASKS) && name.endsWith(".png") && !entry.isDirectory()) {
                masks.put(name.substring(MASKS.length(), name.length() - ".png".length()), entry);
            }
        }
        if (masks.isEmpty()) {
            throw new DataException(file + ": found no " + MASKS
                    + "*.png, expected CVAT's format 'Segmentation mask'; export the task in that format");
        }
        this.meanings = classesByColour(classes);
    }

    /** @throws DataException if the archive is no such one, a label is no class, or two have one colour */
    public static CvatArchive open(Path file, ClassSpace classes) {
        try {
            ZipFile zip = new ZipFile(file.toFile(), StandardCharsets.UTF_8);
            try {
                return new CvatArchive(file, zip, classes);
            } catch (RuntimeException | IOException e) {
                zip.close();
                throw e;
            }
        } catch (ZipException e) {
            throw new DataException(
                    file + ": found no zip archive (" + e.getMessage() + "), expected one that CVAT has exported", e);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read (" + e.getMessage() + "); check the path", e);
        }
    }

    @Override
    public Collection<String> frames() {
        return masks.keySet();
    }

    @Override
    public LabelMap labels(String frame, int width, int height) throws IOException {
        Path mask = Files.createTempFile("mask", ".png");
        try {
            Files.write(mask, bytes(Objects.requireNonNull(masks.get(frame)), LARGEST_MASK));
            ImageHeader found = ImageHeader.read(mask, ImageHeader.DEFAULT_MAX_PIXELS);
            if (found.width() != width || found.height() != height) {
                throw new DataException(frame + ": found a mask of " + found.width() + "×" + found.height()
                        + ", expected the picture's " + width + "×" + height);
            }
            return labels(frame, RgbFiles.read(mask));
        } finally {
            Files.deleteIfExists(mask);
        }
    }

    private LabelMap labels(String id, RgbImage mask) {
        byte[] rgb = mask.rgb();
        byte[] labels = new byte[rgb.length / 3];
        for (int i = 0; i < labels.length; i++) {
            int colour = (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | rgb[3 * i + 2] & 0xFF;
            Integer meaning = meanings.get(colour);
            if (meaning == null) {
                throw new DataException(String.format(
                        Locale.ROOT,
                        "%s: found the colour %d,%d,%d at %d,%d, which labelmap.txt does not name; export from CVAT again",
                        id,
                        colour >> 16,
                        colour >> 8 & 0xFF,
                        colour & 0xFF,
                        i % mask.width(),
                        i / mask.width()));
            }
            labels[i] = meaning.byteValue();
        }
        return new LabelMap(mask.width(), mask.height(), labels);
    }

    /**
     * What the colours of masks mean.
     *
     * @return 0xRRGGBB → index in {@code classes}, or {@link LabelMap#IGNORE} for background
     * @throws DataException if a label is no class, or two have one colour
     */
    private Map<Integer, Integer> classesByColour(ClassSpace classes) throws IOException {
        ZipEntry entry = zip.getEntry("labelmap.txt");
        if (entry == null) {
            throw new DataException(
                    file + ": found no labelmap.txt, expected what the colours mean; export from CVAT again");
        }
        Map<Integer, Integer> meanings = new HashMap<>();
        String text = new String(bytes(entry, LARGEST_LABEL_MAP), StandardCharsets.UTF_8);
        for (String line : text.lines().map(String::strip).toList()) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                String[] columns = line.split(":", -1);
                Integer before = meanings.put(colour(columns, line), meaning(columns[0], classes));
                if (before != null) {
                    throw new DataException(file + ": labelmap.txt: found the colour of '" + columns[0]
                            + "' for the second time, expected one for each label");
                }
            }
        }
        return meanings;
    }

    private int meaning(String label, ClassSpace classes) {
        Optional<Integer> index = classes.indexOf(label);
        if (index.isEmpty() && !label.equals(BACKGROUND)) {
            throw new DataException(file + ": labelmap.txt: '" + label + "' is no class of " + classes.name() + "; "
                    + Suggestion.phrase(label, classes.names()) + " Name the right class space with --classes");
        }
        return index.orElse(LabelMap.IGNORE);
    }

    private int colour(String[] columns, String line) {
        String[] rgb = columns.length < 2 ? new String[0] : columns[1].split(",", -1);
        int colour = 0;
        for (String part : rgb) {
            if (!part.strip().matches("\\d{1,3}") || Integer.parseInt(part.strip()) > 255) {
                rgb = new String[0];
                break;
            }
            colour = colour << 8 | Integer.parseInt(part.strip());
        }
        if (rgb.length != 3) {
            throw new DataException(file + ": labelmap.txt: found '" + line.substring(0, Math.min(80, line.length()))
                    + "', expected 'label:r,g,b:parts:actions'");
        }
        return colour;
    }

    private synchronized byte[] bytes(ZipEntry entry, int most) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new DataException(
                        file + ": " + entry.getName() + " unpacks to more than " + most + " bytes; is it a picture?");
            }
            return bytes;
        } catch (ZipException e) {
            throw new DataException(file + ": " + entry.getName() + " is damaged (" + e.getMessage() + ")", e);
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
