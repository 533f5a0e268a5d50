package dev.understudy.trainer.progress;

import static org.testng.Assert.assertEquals;

import dev.understudy.dataset.frame.Task;
import dev.understudy.files.Scratch;
import dev.understudy.trainer.loss.JointLossValue;
import dev.understudy.trainer.progress.TensorBoardEvents.EventFile;
import dev.understudy.trainer.progress.TrainingListener.Score;
import dev.understudy.trainer.progress.TrainingListener.StepReport;
import dev.understudy.trainer.progress.TrainingListener.ValidationReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.testng.annotations.Test;

public class TensorBoardEventsTest {
    /** The first record that TensorBoard's own writer makes for a wall time of 0, byte for byte. */
    private static final String VERSION_AT_ZERO =
            "1800000000000000" + "a37f4b22" + "090000000000000000" + "1a0d627261696e2e4576656e743a32";

    private static List<Path> run(Path folder, long done) throws IOException {
        TensorBoardEvents events = new TensorBoardEvents(folder);
        events.started(done, 10);
        JointLossValue loss = new JointLossValue(1.5, Map.of(Task.DEPTH, 3.0), Set.of(Task.DEPTH));
        events.stepped(new StepReport("s", done + 1, 10, 0.5, loss, 0.25, List.of("a", "b"), 500_000_000L, 0));
        events.validated(
                new ValidationReport("s", done + 1, 0.5, List.of(new Score(Task.DEPTH, "rmse", 0.75, false)), true));
        events.close();
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted(Comparator.comparing(p -> p.getFileName().toString()))
                    .toList();
        }
    }

    /** Checks both checksums of every record and gives the messages. */
    private static List<byte[]> records(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertEquals(in.getInt(), masked(length), "checksum of a length");
            byte[] data = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            in.get(data);
            assertEquals(in.getInt(), masked(data), "checksum of a message");
            records.add(data);
        }
        return records;
    }

    private static int masked(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        int value = (int) crc.getValue();
        return (value >>> 15 | value << 17) + 0xa282ead8;
    }

    @Test
    public void anEventIsWhatTensorBoardReads() throws IOException {
        Path folder = Scratch.folder("events");
        Path file = folder.resolve("events.out.tfevents.0");
        try (EventFile events = new EventFile(file, 0)) {
            events.flush();
            byte[] bytes = Files.readAllBytes(file);
            assertEquals(HexFormat.of().formatHex(bytes, 0, bytes.length - 4), VERSION_AT_ZERO);
            events.scalars(0, 300, Map.of("a/b", 0.5));
        }
        // wall_time 0, step 300 (varint ac 02), summary { value { tag "a/b", simple_value 0.5 } }
        assertEquals(
                HexFormat.of().formatHex(records(file).get(1)), "09000000000000000010ac022a0c0a0a0a03612f62150000003f");
        Scratch.delete(folder);
    }

    @Test
    public void lossesAndScoresAreNamed() throws IOException {
        Path folder = Scratch.folder("events");
        List<byte[]> records = records(run(folder, 0).get(0));
        assertEquals(records.size(), 3);
        String step = new String(records.get(1), StandardCharsets.ISO_8859_1);
        for (String tag : List.of("loss/total", "loss/depth", "rate/factor", "speed/framesPerSecond")) {
            assertEquals(step.contains(tag), true, tag);
        }
        String validation = new String(records.get(2), StandardCharsets.ISO_8859_1);
        assertEquals(validation.contains("validation/depth.rmse"), true);
        Scratch.delete(folder);
    }

    @Test
    public void aResumedRunAddsAFileThatVoidsLaterSteps() throws IOException {
        Path folder = Scratch.folder("events");
        run(folder, 0);
        List<Path> files = run(folder, 4);
        assertEquals(files.size(), 2);
        byte[] start = records(files.get(1)).get(1);
        // After the time: step 5, session_log { status START }
        assertEquals(HexFormat.of().formatHex(start, 9, start.length), "10053a020801");
        Scratch.delete(folder);
    }
}
