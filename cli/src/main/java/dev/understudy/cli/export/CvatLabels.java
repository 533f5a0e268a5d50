package dev.understudy.cli.export;

import dev.understudy.cli.export.ExportLabelsCommand.LabelFormat;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.Palette;
import dev.understudy.files.AtomicFile;
import dev.understudy.pipeline.filter.Provenance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code labels.zip}, an archive of CVAT's format "Segmentation mask": {@code labelmap.txt} with a colour for each
 * class, {@code SegmentationClass/<id>.png} in these colours, {@code SegmentationObject/<id>.png} with one object a
 * class unless a frame has objects of its own, and the list of pictures. Dropped pixels are background, which is black.
 * The format has no place for weights and for where labels come from; they stand in files of our own below {@code
 * understudy/}, which CVAT passes over.
 */
final class CvatLabels implements LabelFormat {
    private static final String FILE = "labels.zip";
    /** In one picture. */
    static final int MOST_OBJECTS = 255;

    private static final String BACKGROUND = "background";

    /** Zip has no time zones; the year is the first that it can write. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    @Override
    public Path write(Path out, ClassSpace classes, Provenance made, Iterator<LabelledFrame> frames)
            throws IOException {
        Path file = out.resolve(FILE);
        List<Integer> colours = colours(classes);
        AtomicFile.write(file, stream -> {
            ZipOutputStream zip = new ZipOutputStream(stream);
            text(zip, "labelmap.txt", labelMap(classes, colours));
            StringBuilder names = new StringBuilder();
            Palette ofClasses = withBackground(colours);
            Palette ofObjects = objects();
            StringBuilder quality = new StringBuilder(Provenance.HEAD);
            while (frames.hasNext()) {
                LabelledFrame frame = frames.next();
                String id = frame.record().id();
                names.append(id).append('\n');
                LabelMap shifted = backgroundFirst(frame.label().labels(), classes.size());
                picture(zip, "SegmentationClass/" + id + ".png", shifted, ofClasses);
                LabelMap objects = frame.objects();
                picture(zip, "SegmentationObject/" + id + ".png", objects == null ? shifted : objects, ofObjects);
                LabelMap weights = new LabelMap(frame.width(), frame.height(), frame.weights());
                picture(zip, "understudy/weights/" + id + ".png", weights, null);
                quality.append(Provenance.line(id, frame.reliability(), frame.kept()));
            }
            text(zip, "ImageSets/Segmentation/default.txt", names.toString());
            text(zip, "understudy/made.json", made.toJson());
            text(zip, "understudy/frames.csv", quality.toString());
            zip.finish();
        });
        return file;
    }

    /** By class: its colour in the class space, or one near it where that is black or taken. */
    static List<Integer> colours(ClassSpace classes) {
        Set<Integer> taken = new HashSet<>(Set.of(0));
        List<Integer> colours = new ArrayList<>();
        classes.classes().forEach(each -> {
            int colour = each.colour();
            while (!taken.add(colour)) {
                colour = colour + 1 & 0xFFFFFF;
            }
            colours.add(colour);
        });
        return colours;
    }

    private static String labelMap(ClassSpace classes, List<Integer> colours) {
        StringBuilder text = new StringBuilder("# label:color_rgb:parts:actions\n").append(line(BACKGROUND, 0));
        for (int i = 0; i < classes.size(); i++) {
            text.append(line(classes.className(i), colours.get(i)));
        }
        return text.toString();
    }

    private static String line(String name, int colour) {
        return String.format(
                Locale.ROOT, "%s:%d,%d,%d::\n", name, colour >> 16 & 0xFF, colour >> 8 & 0xFF, colour & 0xFF);
    }

    private static Palette withBackground(List<Integer> colours) {
        List<Integer> all = new ArrayList<>(List.of(0));
        all.addAll(colours);
        return new Palette(all);
    }

    /** The colours of Pascal VOC: bits of the index, highest first, by turns to red, green and blue. */
    private static Palette objects() {
        List<Integer> colours = new ArrayList<>();
        for (int index = 0; index <= MOST_OBJECTS; index++) {
            int colour = 0;
            for (int bit = 0; bit < 8; bit++) {
                int channel = 16 - 8 * (bit % 3);
                colour |= (index >> bit & 1) << 7 - bit / 3 + channel;
            }
            colours.add(colour);
        }
        return new Palette(colours);
    }

    /** Classes from 1 on; what was dropped, or is of no class, becomes 0. */
    private static LabelMap backgroundFirst(LabelMap labels, int classes) {
        byte[] shifted = new byte[labels.classes().length];
        for (int i = 0; i < shifted.length; i++) {
            int label = labels.classAt(i);
            shifted[i] = (byte) (label < classes ? label + 1 : 0);
        }
        return new LabelMap(labels.width(), labels.height(), shifted);
    }

    private static void text(ZipOutputStream zip, String name, String text) throws IOException {
        open(zip, name);
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    private static void picture(ZipOutputStream zip, String name, LabelMap map, @Nullable Palette palette)
            throws IOException {
        open(zip, name);
        LabelFiles.write(zip, map, palette);
        zip.closeEntry();
    }

    private static void open(ZipOutputStream zip, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
    }
}
