package dev.understudy.trainer.progress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.TextLines;
import dev.understudy.trainer.progress.TrainingListener.StepReport;
import dev.understudy.trainer.progress.TrainingListener.ValidationReport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * For machines: JSON lines, one for each step, for each validation and for what is noted besides, each on disk's way as
 * soon as it is known.
 *
 * <pre>{@code
 * {"step":1,"stage":"joint","epoch":0.01,"loss":2.1,"segmentation":3.2,"depth":1.0,"factor":1.0, (on the same line)
 *   "framesPerSecond":21.3,"waiting":0.01}
 * {"step":1,"note":"…"}
 * {"step":100,"stage":"joint","epoch":1.0,"validation":{"segmentation.miou":0.31,"depth.rmse":0.72},"best":true}
 * }</pre>
 *
 * A run that goes on after step n first drops the lines of later steps, which it will write again.
 */
public final class MetricsFile implements TrainingListener {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_LINE = 1 << 20;

    private final Path file;
    private @Nullable Writer writer;
    /** The step that is to come; a run that goes on before it drops what is noted here. */
    private long next = 1;

    public MetricsFile(Path file) {
        this.file = file;
    }

    @Override
    public void started(long done, long steps) {
        try {
            next = done + 1;
            if (Files.exists(file)) {
                AtomicFile.write(file, out -> keep(done, out));
            } else {
                AtomicFile.write(file, "");
            }
            writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be written (" + e.getMessage() + "); is the disk full?", e);
        }
    }

    /** Copies the lines of the steps that are done, one in memory at a time. */
    private void keep(long done, OutputStream out) throws IOException {
        try (TextLines in = new TextLines(file, LONGEST_LINE, Integer.MAX_VALUE)) {
            for (String line = in.next(); line != null; line = in.next()) {
                if (stepOf(line) <= done) {
                    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }

    /** What was cut off by a crash belongs to no step. */
    private static long stepOf(String line) {
        try {
            JsonNode step = JSON.readTree(line).path("step");
            return step.isIntegralNumber() ? step.asLong() : Long.MAX_VALUE;
        } catch (JsonProcessingException e) {
            return Long.MAX_VALUE;
        }
    }

    @Override
    public void noted(String what) {
        write(JSON.createObjectNode().put("step", next).put("note", what));
    }

    @Override
    public void stepped(StepReport report) {
        ObjectNode line = line(report.step(), report.stage(), report.epoch());
        line.put("loss", report.loss().total());
        report.loss().named().forEach(line::put);
        line.put("factor", report.factor());
        line.put("framesPerSecond", report.frames().size() * 1e9 / report.nanos());
        line.put("waiting", (double) report.waitedNanos() / report.nanos());
        next = report.step() + 1;
        write(line);
    }

    @Override
    public void validated(ValidationReport report) {
        ObjectNode line = line(report.step(), report.stage(), report.epoch());
        ObjectNode scores = line.putObject("validation");
        report.scores().forEach(score -> scores.put(score.name(), score.value()));
        line.put("best", report.best());
        write(line);
    }

    private static ObjectNode line(long step, String stage, double epoch) {
        return JSON.createObjectNode().put("step", step).put("stage", stage).put("epoch", epoch);
    }

    private void write(ObjectNode line) {
        if (writer == null) {
            throw new IllegalStateException("training has not started");
        }
        try {
            writer.write(line + "\n");
            writer.flush();
        } catch (IOException e) {
            throw new DataException(file + ": cannot be written (" + e.getMessage() + "); is the disk full?", e);
        }
    }

    @Override
    public void close() {
        try {
            if (writer != null) {
                writer.close();
            }
        } catch (IOException e) {
            throw new DataException(file + ": cannot be written (" + e.getMessage() + "); is the disk full?", e);
        }
    }
}
