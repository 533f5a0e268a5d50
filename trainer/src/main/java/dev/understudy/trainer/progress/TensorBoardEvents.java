package dev.understudy.trainer.progress;

import dev.understudy.files.DataException;
import dev.understudy.trainer.progress.TrainingListener.StepReport;
import dev.understudy.trainer.progress.TrainingListener.ValidationReport;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The losses of each step and the scores of each validation, for {@code tensorboard --logdir}. A resumed run adds a
 * file, which declares void what the earlier ones hold of later steps.
 */
public final class TensorBoardEvents implements TrainingListener {
    private static final int STEPS_BETWEEN_FLUSHES = 20;

    private final Path folder;
    private @Nullable EventFile events;

    public TensorBoardEvents(Path folder) {
        this.folder = folder;
    }

    @Override
    public void started(long done, long steps) {
        Path file = folder.resolve(
                String.format(Locale.ROOT, "events.out.tfevents.%d.step-%d", System.currentTimeMillis(), done));
        attempt(() -> {
            EventFile opened = new EventFile(file, now());
            events = opened;
            if (done > 0) {
                opened.start(now(), done + 1);
            }
        });
    }

    @Override
    public void stepped(StepReport report) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("loss/total", report.loss().total());
        report.loss().named().forEach((name, value) -> values.put("loss/" + name, value));
        values.put("rate/factor", report.factor());
        values.put("speed/framesPerSecond", report.frames().size() * 1e9 / report.nanos());
        write(report.step(), values, report.step() % STEPS_BETWEEN_FLUSHES == 0);
    }

    @Override
    public void validated(ValidationReport report) {
        Map<String, Double> values = new LinkedHashMap<>();
        report.scores().forEach(score -> values.put("validation/" + score.name(), score.value()));
        write(report.step(), values, true);
    }

    private void write(long step, Map<String, Double> values, boolean flush) {
        EventFile open = events;
        if (open == null) {
            throw new IllegalStateException("training has not started");
        }
        attempt(() -> {
            open.scalars(now(), step, values);
            if (flush) {
                open.flush();
            }
        });
    }

    @Override
    public void close() {
        EventFile open = events;
        if (open != null) {
            attempt(open::close);
        }
    }

    private static double now() {
        return System.currentTimeMillis() / 1e3;
    }

    private interface Work {
        void run() throws IOException;
    }

    private void attempt(Work work) {
        try {
            work.run();
        } catch (IOException e) {
            throw new DataException(folder + ": cannot be written (" + e.getMessage() + "); is the disk full?", e);
        }
    }

    /**
     * A file of TensorBoard events: TFRecords (length, data and masked CRC-32C of both) of {@code Event} messages in
     * protocol buffers, of which numbers by name and the start of a session are all that is needed here. The libraries
     * that write them bring TensorFlow along.
     */
    static final class EventFile implements AutoCloseable {
        // Field numbers and wire types of tensorflow/core/util/event.proto and framework/summary.proto.
        private static final int WALL_TIME = 1 << 3 | 1;
        private static final int STEP = 2 << 3;
        private static final int FILE_VERSION = 3 << 3 | 2;
        private static final int SUMMARY = 5 << 3 | 2;
        private static final int SESSION_LOG = 7 << 3 | 2;
        private static final int VALUE = 1 << 3 | 2;
        private static final int TAG = 1 << 3 | 2;
        private static final int SIMPLE_VALUE = 2 << 3 | 5;
        private static final int STATUS = 1 << 3;
        private static final int START = 1;

        private static final int MASK = 0xa282ead8;

        private final OutputStream out;

        /** @param file that must not exist */
        EventFile(Path file, double seconds) throws IOException {
            Files.createDirectories(file.toAbsolutePath().getParent());
            out = new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW));
            Message event = new Message().number(WALL_TIME, seconds).text(FILE_VERSION, "brain.Event:2");
            write(event);
        }

        /** Whatever an earlier session wrote of {@code step} and later is void. */
        void start(double seconds, long step) throws IOException {
            Message log = new Message().whole(STATUS, START);
            write(new Message().number(WALL_TIME, seconds).whole(STEP, step).message(SESSION_LOG, log));
        }

        void scalars(double seconds, long step, Map<String, Double> values) throws IOException {
            Message summary = new Message();
            values.forEach((tag, value) ->
                    summary.message(VALUE, new Message().text(TAG, tag).number(SIMPLE_VALUE, value.floatValue())));
            write(new Message().number(WALL_TIME, seconds).whole(STEP, step).message(SUMMARY, summary));
        }

        void flush() throws IOException {
            out.flush();
        }

        private void write(Message event) throws IOException {
            byte[] data = event.bytes();
            byte[] length = little(8).putLong(data.length).array();
            out.write(length);
            out.write(little(4).putInt(masked(length)).array());
            out.write(data);
            out.write(little(4).putInt(masked(data)).array());
        }

        private static ByteBuffer little(int size) {
            return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }

        private static int masked(byte[] bytes) {
            CRC32C crc = new CRC32C();
            crc.update(bytes);
            return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
        }

        @Override
        public void close() throws IOException {
            out.close();
        }

        /** A message of protocol buffers under construction. */
        private static final class Message {
            private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

            Message number(int field, double value) {
                bytes.write(field);
                bytes.writeBytes(little(8).putDouble(value).array());
                return this;
            }

            Message number(int field, float value) {
                bytes.write(field);
                bytes.writeBytes(little(4).putFloat(value).array());
                return this;
            }

            Message whole(int field, long value) {
                bytes.write(field);
                variable(value);
                return this;
            }

            Message text(int field, String value) {
                return field(field, value.getBytes(StandardCharsets.UTF_8));
            }

            Message message(int field, Message value) {
                return field(field, value.bytes());
            }

            private Message field(int field, byte[] content) {
                bytes.write(field);
                variable(content.length);
                bytes.writeBytes(content);
                return this;
            }

            /** Seven bits a byte, lowest first; the top bit says that more follow. */
            private void variable(long value) {
                long left = value;
                while (left > 0x7F) {
                    bytes.write((int) (left & 0x7F | 0x80));
                    left >>>= 7;
                }
                bytes.write((int) left);
            }

            byte[] bytes() {
                return bytes.toByteArray();
            }
        }
    }
}
