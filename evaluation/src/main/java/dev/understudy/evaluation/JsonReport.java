package dev.understudy.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.evaluation.EvaluationOptions.DepthRange;
import dev.understudy.evaluation.MetricFamily.SequenceMetricFamily;
import java.util.Locale;

/** A report for machines: metrics by their names there, shares 0–1, metres, degrees; null where nothing is. */
public final class JsonReport {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonReport() {}

    /** Indented, ends with a line break. */
    public static String of(EvaluationReport report) {
        ObjectNode json = MAPPER.createObjectNode().put("frames", report.frames());
        for (MetricFamily family : Metrics.families()) {
            if (family instanceof SequenceMetricFamily && !report.options().sequences()) {
                continue;
            }
            report.family(family.key())
                    .ifPresentOrElse(
                            scores -> json.set(family.key(), family(scores, report.options())),
                            () -> json.putNull(family.key()));
        }
        if (report.options().sequences()) {
            ArrayNode scenes = json.putArray("scenes");
            report.scenes().forEach(score -> {
                ObjectNode row = scenes.addObject().put("scene", score.scene());
                score.values()
                        .forEach((metric, value) -> put(row, metric.names().json(), value));
            });
        }
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report that cannot be written: " + report, e);
        }
    }

    private static ObjectNode family(EvaluationReport.Family scores, EvaluationOptions options) {
        ObjectNode json =
                MAPPER.createObjectNode().put("frames", scores.frames()).put("pixels", scores.pixels());
        scores.values().forEach((metric, value) -> put(json, metric.names().json(), value));
        DepthRange range = options.depthRange();
        if (scores.key().equals(DepthMetrics.KEY) && range != null) {
            json.putObject("range").put("minimum", range.minimum()).put("maximum", range.maximum());
        }
        if (!scores.classes().isEmpty()) {
            json.put("absentClasses", options.absentClasses().name().toLowerCase(Locale.ROOT));
            ArrayNode classes = json.putArray("classes");
            scores.classes().forEach(score -> {
                ObjectNode row = classes.addObject().put("name", score.name()).put("pixels", score.pixels());
                put(row, "iou", score.iou());
                put(row, "accuracy", score.accuracy());
            });
        }
        return json;
    }

    /** JSON has no NaN. */
    private static void put(ObjectNode json, String name, double value) {
        if (Double.isFinite(value)) {
            json.put(name, value);
        } else {
            json.putNull(name);
        }
    }
}
