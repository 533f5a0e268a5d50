package dev.understudy.cli.export.sequence;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.export.sequence.RosRecording.Cdr;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.testng.annotations.Test;

public class McapFileTest {
    @Test
    public void whatIsWrittenIsReadFromFrontToBackAndByIndex() throws IOException {
        Path target = Scratch.folder("mcap").resolve("a.mcap");
        try (McapFile file = new McapFile(target, "test 1")) {
            int images = file.channel("/image", RosType.IMAGE);
            int poses = file.channel("/pose", RosType.POSE);
            file.metadata("origin", new TreeMap<>(Map.of("network", "é")));
            for (int i = 0; i < 7; i++) {
                // Two chunks' worth and more
                file.message(images, 1000L * i, new byte[(1 << 20) + i]);
                file.message(poses, 1000L * i, new Cdr().header(1000L * i, "w").toBytes());
            }
            assertFalse(Files.exists(target), "before it is published");
            file.publish();
        }
        List<McapContent.Message> messages = McapContent.read(target);
        assertEquals(messages.size(), 14);
        assertEquals(messages.get(12).cdr().length, (1 << 20) + 6);
        assertEquals(messages.get(12).topic(), "/image");
        assertEquals(messages.get(13).type(), "geometry_msgs/msg/PoseStamped");
        assertEquals(messages.get(13).nanos(), 6000);
        assertEquals(filesIn(target.getParent()), 1, "no temporary file is left");
    }

    @Test
    public void aRecordingOfNothingIsWhole() throws IOException {
        Path target = Scratch.folder("mcap").resolve("a.mcap");
        try (McapFile file = new McapFile(target, "test 1")) {
            file.publish();
        }
        assertEquals(McapContent.read(target), List.of());
    }

    @Test
    public void whatIsNotPublishedLeavesNothing() throws IOException {
        Path folder = Scratch.folder("mcap");
        try (McapFile file = new McapFile(folder.resolve("a.mcap"), "test 1")) {
            file.message(file.channel("/image", RosType.IMAGE), 1, new byte[10]);
        }
        assertEquals(filesIn(folder), 0);
    }

    private static long filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    /** As fastcdr lays out a header and one double: counted from behind the first four bytes. */
    @Test
    public void numbersStandAtMultiplesOfTheirSize() {
        byte[] bytes = new Cdr()
                .header(1_500_000_002L, "ab")
                .u8(7)
                .f64(1.0)
                .u16(3)
                .f32(0)
                .toBytes();
        byte[] expected = {
            0,
            1,
            0,
            0, // lowest byte first
            1,
            0,
            0,
            0,
            2,
            0x65,
            (byte) 0xCD,
            0x1D, // 1 s and 500,000,002 ns
            3,
            0,
            0,
            0,
            'a',
            'b',
            0,
            7, // text with its end, then the byte: 16 so far
            0,
            0,
            0,
            0,
            0,
            0,
            (byte) 0xF0,
            0x3F,
            3,
            0,
            0,
            0,
            0,
            0,
            0,
            0
        };
        assertEquals(bytes, expected);
    }

    @Test
    public void definitionsHoldEveryPartOnce() {
        for (RosType type : RosType.values()) {
            String text = type.definition();
            for (String line : text.split("\n")) {
                String field = line.split("[ \\[]")[0];
                if (field.contains("/")) {
                    int from = text.indexOf("MSG: " + field + "\n");
                    assertTrue(from > 0 && text.indexOf("MSG: " + field + "\n", from + 1) < 0, type + ": " + field);
                }
            }
            assertTrue(StandardCharsets.US_ASCII.newEncoder().canEncode(text));
        }
    }
}
