package dev.understudy.evaluation;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.understudy.dataset.file.LowerCaseEnums;
import java.io.IOException;

/** A report for machines: the names of the records' components, shares 0–1, metres, degrees; null where nothing is. */
public final class JsonReport {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .annotationIntrospector(LowerCaseEnums.introspector())
            .addModule(new SimpleModule().addSerializer(double.class, new NumberOrNull()))
            .build();

    private JsonReport() {}

    /** Indented, ends with a line break. */
    public static String of(EvaluationReport report) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report that cannot be written: " + report, e);
        }
    }

    /** JSON has no NaN. */
    private static final class NumberOrNull extends JsonSerializer<Double> {
        @Override
        public void serialize(Double value, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (Double.isFinite(value)) {
                out.writeNumber(value);
            } else {
                out.writeNull();
            }
        }
    }
}
