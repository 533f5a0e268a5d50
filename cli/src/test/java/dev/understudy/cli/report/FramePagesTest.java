package dev.understudy.cli.report;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * Pages of 23 frames, four on a page, as a parser sees them, and as a browser does where there is one. A frame's value
 * is a tenth of its number's last digit; those of odd numbers have a window, the others a wall.
 */
public class FramePagesTest {
    private static final int FRAMES = 23;
    private static final int PER_PAGE = 4;

    private Scratch scratch;
    private Path pages;

    @BeforeClass
    public void write() throws IOException {
        scratch = Scratch.create();
        pages = scratch.resolve("pages");
        Files.createDirectories(pages);
        Files.writeString(pages.resolve("page-0099.html"), "of an earlier run");
        assertEquals(pages(pages, FRAMES).write(), pages.resolve("index.html"));
    }

    @AfterClass
    public void clean() throws IOException {
        scratch.close();
    }

    private static FramePages pages(Path out, int frames) throws IOException {
        ClassSpace classes = ClassSpace.load("nyud40");
        FramePages pages = new FramePages(
                out,
                new FramePages.Head("A store", "Some frames.", "reliability", List.of("picture", "labels"), PER_PAGE),
                classes);
        // Backwards, as other threads might
        for (int number = frames - 1; number >= 0; number--) {
            byte[] labels = new byte[48];
            Arrays.fill(labels, (byte)
                    (int) classes.indexOf(number % 2 == 1 ? "window" : "wall").orElseThrow());
            labels[0] = (byte) LabelMap.IGNORE;
            FrameRecord record = FrameRecord.of(id(number), "a.png").build();
            Frame frame = new Frame(record, new RgbImage(8, 6, new byte[144]), null, null, null);
            pages.add(
                    number,
                    new FrameView(frame, 320)
                            .labels("labels", new LabelMap(8, 6, labels), classes)
                            .fact(number == 7 ? "<i>&\"'</i>" : "number " + number)
                            .value(number % 10 / 10.0));
        }
        return pages;
    }

    private static String id(int number) {
        return "room/" + number;
    }

    @Test
    public void pagesHoldEachFrameOnceTheLeastFirst() throws Exception {
        List<String> ids = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        String name = "index.html";
        String before = "";
        int count = 0;
        while (!name.isEmpty()) {
            Document page = parsed(pages.resolve(name));
            List<Element> articles = elements(page, "article");
            articles = articles.subList(0, articles.size() - 1); // The last is the pattern that the filter copies
            assertTrue(articles.size() <= PER_PAGE && !articles.isEmpty());
            for (Element article : articles) {
                ids.add(elements(article, "h2").get(0).getTextContent());
                values.add(Double.parseDouble(article.getAttribute("data-value")));
                List<Element> pictures = elements(article, "img");
                assertEquals(pictures.size(), 2);
                for (Element picture : pictures) {
                    assertTrue(Files.isRegularFile(pages.resolve(picture.getAttribute("src"))));
                    assertTrue(picture.getAttribute("alt").contains(ids.get(ids.size() - 1)));
                }
            }
            assertEquals(link(page, "prev"), before);
            before = name;
            name = link(page, "next");
            count++;
        }
        assertEquals(count, 6);
        assertEquals(ids.stream().distinct().count(), FRAMES);
        assertEquals(values, values.stream().sorted().toList());
        assertEquals(ids.subList(0, 4), List.of("room/0", "room/10", "room/20", "room/1"));
        assertTrue(Files.notExists(pages.resolve("page-0099.html")), "a page of an earlier run");
        try (var files = Files.list(pages)) {
            assertEquals(files.count(), 6 + 3, "pages, two scripts and the folder of pictures");
        }
    }

    /** Whatever stands in an address is beside the page: nothing is fetched from anywhere, no server is needed. */
    @Test
    public void nothingOutsideIsAskedFor() throws Exception {
        Document page = parsed(pages.resolve("page-0002.html"));
        for (String attribute : List.of("src", "href")) {
            for (String tag : List.of("a", "img", "script", "link")) {
                for (Element element : elements(page, tag)) {
                    String address = element.getAttribute(attribute);
                    assertFalse(address.contains(":") || address.startsWith("/"), tag + " " + address);
                    if (!address.isEmpty() && !address.startsWith("#")) {
                        assertTrue(Files.isRegularFile(pages.resolve(address)), address);
                    }
                }
            }
        }
        String scripts = Files.readString(pages.resolve("leaf.js")) + Files.readString(pages.resolve("frames.js"));
        assertFalse(scripts.contains("http") || scripts.contains("fetch(") || scripts.contains("innerHTML"));
    }

    @Test
    public void whatIsFilteredByIsListedWithItsFrames() throws Exception {
        Document page = parsed(pages.resolve("index.html"));
        List<String> options =
                elements(page, "option").stream().map(Element::getTextContent).toList();
        assertTrue(options.contains("wall (12)") && options.contains("window (11)"), options.toString());
        assertTrue(options.contains("11 frames"), options.toString());
        List<String> data = Files.readAllLines(pages.resolve("frames.js"));
        assertEquals(data.stream().filter(line -> line.startsWith("[")).count(), FRAMES);
        assertEquals(data.get(3), "[0,\"room/0\",0.0,[0],[\"8×6\",\"number 0\"],[0,1]],");
    }

    @Test
    public void whatIsSaidOfFramesIsNoMarkup() throws Exception {
        int found = 0;
        for (int page = 2; page <= 6; page++) {
            for (Element fact : elements(parsed(pages.resolve("page-000" + page + ".html")), "span")) {
                found += fact.getTextContent().equals("<i>&\"'</i>") ? 1 : 0;
            }
        }
        assertEquals(found, 1);
    }

    @Test
    public void thousandsOfFramesTakeBoundedPages() throws Exception {
        Path many = scratch.resolve("many");
        pages(many, 300).write();
        for (String name : List.of("index.html", "page-0075.html")) {
            assertTrue(Files.size(many.resolve(name)) < Files.size(pages.resolve("index.html")) + 200, name);
        }
        Path none = scratch.resolve("none");
        Document page = parsed(pages(none, 0).write());
        assertTrue(page.getDocumentElement().getTextContent().contains("no frames"));
    }

    @Test
    public void aBrowserFiltersByClassAndReliabilityOverAllPages() throws Exception {
        String found = seen("page-0003.html#class=window&below=0.5", "");
        assertEquals(ids(found), List.of("room/1", "room/11", "room/21", "room/3"));
        assertTrue(found.contains("5 of 23 frames with window below 0.5, page 1 of 2"), found);
        assertEquals(ids(seen("page-0003.html#class=window&below=0.5&page=2", "")), List.of("room/13"));
        assertEquals(ids(seen("index.html#class=sofa", "")), List.of());
        assertEquals(ids(seen("page-0002.html", "")), List.of("room/11", "room/21", "room/2", "room/12"));
    }

    @Test
    public void aBrowserLeafsByKeysAndFindsEveryPicture() throws Exception {
        assertEquals(ids(seen("index.html#class=window", keysOn("body", "ArrowRight"))), windows(4, 8));
        assertEquals(ids(seen("index.html#class=window", keysOn("body", "End"))), windows(8, 11));
        assertEquals(
                ids(seen("index.html", keysOn("body", "ArrowRight"))),
                List.of("room/11", "room/21", "room/2", "room/12"));
        assertEquals(
                ids(seen("index.html#class=window", keysOn("select", "ArrowRight"))),
                windows(0, 4),
                "keys in a field are the field's");
        String broken = seen(
                "index.html#class=window",
                // The page counts as loaded when all pictures are, however slow the machine: decode() may come too late
                "for (const i of document.images) { i.loading = 'eager'; }"
                        + " addEventListener('load', () => document.body.dataset.pictures ="
                        + " [...document.images].map(i => i.complete && i.naturalWidth > 0 ? 1 : 0).join(''));");
        assertTrue(broken.contains("data-pictures=\"11111111\""), broken);
        String chosen = seen(
                "index.html",
                "const field = document.querySelector('select'); field.value = 'wall';"
                        + " field.dispatchEvent(new Event('change', {bubbles: true}));");
        assertEquals(ids(chosen), List.of("room/0", "room/10", "room/20", "room/2"));
    }

    private static String keysOn(String element, String key) {
        return "document.querySelector('" + element + "').dispatchEvent(new KeyboardEvent('keydown', {key: '" + key
                + "', bubbles: true}));";
    }

    /** Frames with a window by their values, then numbers. */
    private static List<String> windows(int from, int to) {
        return IntStream.range(0, FRAMES)
                .filter(number -> number % 2 == 1)
                .boxed()
                .sorted((a, b) -> a % 10 != b % 10 ? a % 10 - b % 10 : a - b)
                .map(FramePagesTest::id)
                .toList()
                .subList(from, to);
    }

    /** The page as a browser has it after {@code script}. */
    private String seen(String address, String script) throws Exception {
        String name = address.replaceAll("#.*", "");
        String hash = address.substring(name.length());
        Path probe = pages.resolve("probe.html");
        Files.writeString(
                probe,
                Files.readString(pages.resolve(name)).replace("</body>", "<script>" + script + "</script></body>"));
        try {
            return browsed(probe.toUri() + hash);
        } finally {
            Files.delete(probe);
        }
    }

    private String browsed(String address) throws Exception {
        Path out = scratch.resolve("dom");
        Path profile = scratch.resolve("profile");
        Process process;
        try {
            process = new ProcessBuilder(
                            "chromium",
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--user-data-dir=" + profile,
                            "--virtual-time-budget=4000",
                            "--dump-dom",
                            address)
                    .redirectOutput(out.toFile())
                    .redirectError(scratch.resolve("browser.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new SkipException("there is no chromium here; the other tests parse the pages", e);
        }
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertTrue(ended && process.exitValue() == 0, Files.readString(scratch.resolve("browser.log")));
        return Files.readString(out);
    }

    private static List<String> ids(String dom) {
        String main = dom.substring(dom.indexOf("<main>"), dom.indexOf("</main>"));
        Matcher heading = Pattern.compile("<h2>([^<]*)</h2>").matcher(main);
        List<String> ids = new ArrayList<>();
        while (heading.find()) {
            ids.add(heading.group(1));
        }
        return ids;
    }

    private static Document parsed(Path file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setExpandEntityReferences(false);
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(text.strip())));
    }

    private static List<Element> elements(Document page, String tag) {
        return elements(page.getDocumentElement(), tag);
    }

    private static List<Element> elements(Element parent, String tag) {
        NodeList found = parent.getElementsByTagName(tag);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .toList();
    }

    private static String link(Document page, String rel) {
        return elements(page, "a").stream()
                .filter(a -> a.getAttribute("rel").equals(rel))
                .map(a -> a.getAttribute("href"))
                .findFirst()
                .orElseThrow();
    }
}
