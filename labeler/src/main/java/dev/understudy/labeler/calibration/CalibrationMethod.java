package dev.understudy.labeler.calibration;

import dev.understudy.labeler.calibration.IsotonicMap.IsotonicFit;
import dev.understudy.labeler.calibration.TemperatureMap.TemperatureFit;
import dev.understudy.store.StoreDescription.Calibration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The ways to calibrate. */
public enum CalibrationMethod {
    /** One temperature for all classes, by the likelihood (Guo et al. 2017). */
    TEMPERATURE("temperature") {
        @Override
        public Calibration fit(CalibrationSample sample) {
            return TemperatureFit.global(sample);
        }

        @Override
        CalibrationMap restore(Calibration calibration, int classes) {
            return TemperatureMap.of(calibration, classes);
        }
    },
    /** A temperature for each most probable class, by the likelihood of its pixels. */
    PER_CLASS("class-temperature") {
        @Override
        public Calibration fit(CalibrationSample sample) {
            return TemperatureFit.perClass(sample);
        }

        @Override
        CalibrationMap restore(Calibration calibration, int classes) {
            return TemperatureMap.of(calibration, classes);
        }
    },
    /** For each most probable class the monotone step function that is nearest to its accuracy by level. */
    ISOTONIC("isotonic") {
        @Override
        public Calibration fit(CalibrationSample sample) {
            return IsotonicFit.fit(sample.table());
        }

        @Override
        CalibrationMap restore(Calibration calibration, int classes) {
            return IsotonicMap.of(calibration, classes);
        }
    };

    private final String key;

    CalibrationMethod(String key) {
        this.key = key;
    }

    /** As it is written in {@code store.json}. */
    public String key() {
        return key;
    }

    /** Deterministic. @throws IllegalArgumentException if the sample is empty */
    public abstract Calibration fit(CalibrationSample sample);

    /** @throws IllegalArgumentException if numbers are missing or make no sense */
    abstract CalibrationMap restore(Calibration calibration, int classes);

    static CalibrationMethod named(String key) {
        return Arrays.stream(values())
                .filter(method -> method.key.equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no method '" + key + "', expected one of "
                        + Arrays.stream(values()).map(CalibrationMethod::key).collect(Collectors.joining(", "))));
    }

    static List<Double> numbers(Calibration calibration, String name, int count) {
        List<Double> values = calibration.parameters().get(name);
        if (values == null || values.size() != count) {
            throw new IllegalArgumentException(calibration.method() + " with " + (values == null ? "no" : values.size())
                    + " numbers of '" + name + "', expected " + count);
        }
        return values;
    }
}
