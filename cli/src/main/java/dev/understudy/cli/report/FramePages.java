package dev.understudy.cli.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Frames and their pictures as static pages that a person leafs through: {@code index.html}, {@code page-0002.html} and
 * so on, a bounded number of frames on each, those with the least value first; {@code frames.js}, by which the pages
 * filter by class and by value; and the pictures, one file each, in {@code pictures/}. Nothing else is asked for, so
 * that they work from a folder without a server. Pictures are written as frames are added, which several threads may do
 * at once; what is kept in memory is some hundred bytes a frame.
 */
public final class FramePages {
    private static final int FOLDER = 1000;
    private static final float QUALITY = 0.9f;
    private static final double DECIMALS = 1e4;

    /** Of a frame's pixels: with less of a class a frame is not shown as one that has it. */
    private static final double LEAST_SHARE = 1e-3;

    private static final double[] QUANTILES = {0.01, 0.05, 0.1, 0.25, 0.5, 0.75};
    private static final Pattern PAGE = Pattern.compile("page-(\\d+)\\.html");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path out;
    private final Head head;
    private final @Nullable ClassSpace classes;
    private final List<Card> cards = Collections.synchronizedList(new ArrayList<>());

    /**
     * What stands above the frames.
     *
     * @param lead a sentence or two on what is shown
     * @param measure what a frame's value is called, for example {@code reliability}; null if frames have none
     * @param captions of pictures, in their order
     * @param perPage frames on a page
     */
    public record Head(String title, String lead, @Nullable String measure, List<String> captions, int perPage) {
        public Head {
            if (perPage < 1 || perPage > 500) {
                throw new ConfigurationException("--per-page " + perPage + ": expected 1–500");
            }
        }
    }

    /**
     * A frame as the template reads it.
     *
     * @param number tells its pictures' names
     * @param value null = none
     * @param classes indices
     * @param pictures indices of captions
     */
    public record Card(
            int number,
            String id,
            @Nullable Double value,
            List<Integer> classes,
            List<String> facts,
            List<Integer> pictures) {
        public String picture(String caption) {
            return FramePages.picture(number, caption);
        }
    }

    /** A class, its colour as CSS writes it, and how many frames have it. */
    public record ClassCount(String name, String colour, int frames) {}

    /** How many frames have a smaller value. */
    public record Bound(double value, int frames) {}

    /**
     * What is the same on all pages.
     *
     * @param captions that any frame has a picture of
     * @param total frames
     */
    public record Contents(List<String> captions, List<ClassCount> classes, List<Bound> bounds, int total) {}

    /** @param page from 1 */
    public record Leaf(Head head, Contents contents, int page, int pages, List<Card> cards) implements HtmlReport.Page {
        @Override
        public String template() {
            return "frames.ftlh";
        }

        /** Of the page's frames, from 0. */
        public int first() {
            return (page - 1) * head.perPage;
        }
    }

    /** @param classes that frames are labelled with; null if they are not */
    public FramePages(Path out, Head head, @Nullable ClassSpace classes) {
        this.out = out;
        this.head = head;
        this.classes = classes;
    }

    /**
     * Writes a frame's pictures.
     *
     * @param number of its own, at least 0; frames of the same value are shown in the order of their numbers
     */
    public void add(int number, FrameView frame) throws IOException {
        List<Integer> captions = new ArrayList<>();
        for (Map.Entry<String, RgbImage> picture : frame.pictures().entrySet()) {
            captions.add(head.captions.indexOf(picture.getKey()));
            ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
            RgbFiles.writeJpeg(jpeg, picture.getValue(), QUALITY);
            write(picture(number, picture.getKey()), jpeg.toByteArray());
        }
        Double value = frame.value();
        cards.add(new Card(
                number,
                frame.id(),
                value == null || value.isNaN() ? null : Math.round(value * DECIMALS) / DECIMALS,
                present(frame.classPixels()),
                frame.facts(),
                captions));
    }

    private static List<Integer> present(long[] pixels) {
        long all = Stream.of(pixels).flatMapToLong(java.util.Arrays::stream).sum();
        BitSet present = new BitSet();
        for (int i = 0; i < pixels.length; i++) {
            present.set(i, pixels[i] > 0 && pixels[i] >= LEAST_SHARE * all);
        }
        return present.stream().boxed().toList();
    }

    private static String picture(int number, String caption) {
        return String.format(
                Locale.ROOT,
                "pictures/%03d/%06d-%s.jpg",
                number / FOLDER,
                number,
                caption.replaceAll("[^A-Za-z0-9-]", "_"));
    }

    /** Writes the pages of all frames that were added. @return the first */
    public Path write() throws IOException {
        List<Card> ordered = new ArrayList<>(cards);
        ordered.sort(Comparator.comparing(Card::value, Comparator.nullsLast(Comparator.<Double>naturalOrder()))
                .thenComparing(Card::number));
        Set<Integer> seen =
                ordered.stream().flatMap(card -> card.pictures.stream()).collect(Collectors.toSet());
        List<String> captions = head.captions.stream()
                .filter(c -> seen.contains(head.captions.indexOf(c)))
                .toList();
        Contents contents = new Contents(captions, counted(ordered), bounds(ordered), ordered.size());
        int pages = Math.max(1, (ordered.size() + head.perPage - 1) / head.perPage);
        script("leaf.js");
        AtomicFile.write(out.resolve("frames.js"), data(ordered));
        for (int page = pages; page >= 1; page--) {
            int first = (page - 1) * head.perPage;
            List<Card> shown = ordered.subList(first, Math.min(ordered.size(), first + head.perPage));
            Leaf leaf = new Leaf(head, contents, page, pages, shown);
            write(name(page), HtmlReport.render(leaf).getBytes(StandardCharsets.UTF_8));
        }
        removePagesAfter(pages);
        return out.resolve(name(1));
    }

    /**
     * Does not wait for the disk: there are tens of thousands of files, which are made again by the same command. The
     * first page, which leads to them, is the last to be written.
     */
    private void write(String name, byte[] bytes) throws IOException {
        Path file = out.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private static String name(int page) {
        return page == 1 ? "index.html" : String.format(Locale.ROOT, "page-%04d.html", page);
    }

    private void script(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(FramePages.class.getResourceAsStream(name), name)) {
            AtomicFile.write(out.resolve(name), in.readAllBytes());
        }
    }

    /** An earlier run may have had more. */
    private void removePagesAfter(int pages) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(out)) {
            files = all.toList();
        }
        for (Path file : files) {
            Matcher page = PAGE.matcher(file.getFileName().toString());
            if (page.matches() && Integer.parseInt(page.group(1)) > pages) {
                Files.delete(file);
            }
        }
    }

    private List<ClassCount> counted(List<Card> ordered) {
        if (classes == null) {
            return List.of();
        }
        Map<Integer, Integer> frames = new TreeMap<>();
        ordered.forEach(card -> card.classes.forEach(index -> frames.merge(index, 1, Integer::sum)));
        return Legend.of(classes, frames.keySet()).stream()
                .map(entry -> new ClassCount(
                        entry.name(), entry.colour(), frames.get(classes.names().indexOf(entry.name()))))
                .toList();
    }

    private static List<Bound> bounds(List<Card> ordered) {
        List<Double> values =
                ordered.stream().map(Card::value).filter(Objects::nonNull).toList();
        Map<Double, Bound> bounds = new TreeMap<>();
        for (double share : QUANTILES) {
            if (!values.isEmpty()) {
                double bound = values.get((int) (share * values.size()));
                int below = (int) values.stream().filter(value -> value < bound).count();
                if (below > 0) {
                    bounds.put(bound, new Bound(bound, below));
                }
            }
        }
        return List.copyOf(bounds.values());
    }

    private String data(List<Card> ordered) {
        StringBuilder text =
                new StringBuilder("// What the pages filter: number, id, value, classes, facts, pictures.\n");
        text.append("const CLASSES = ").append(json(classes == null ? List.of() : classes.names()));
        text.append(";\nconst FRAMES = [\n");
        for (Card card : ordered) {
            List<Object> row = new ArrayList<>(List.of(card.number, card.id));
            row.add(card.value);
            row.addAll(List.of(card.classes, card.facts, card.pictures));
            text.append(json(row)).append(",\n");
        }
        return text.append("];\n").toString();
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The classes of pictures and their colours. */
    public static final class Legend {
        private Legend() {}

        /** A class and its colour, as CSS writes it. */
        public record Entry(String name, String colour) {}

        /** Adds the classes that a map shows. */
        public static void collect(LabelMap labels, Set<Integer> seen) {
            for (byte index : labels.classes()) {
                seen.add(index & 0xFF);
            }
        }

        /** @param indices others than classes, such as {@link LabelMap#IGNORE}, are left out */
        public static List<Entry> of(ClassSpace classes, Collection<Integer> indices) {
            return indices.stream()
                    .filter(index -> index < classes.size())
                    .map(index -> new Entry(
                            classes.names().get(index),
                            String.format(
                                    Locale.ROOT, "#%06x", classes.palette().colour(index))))
                    .toList();
        }
    }
}
