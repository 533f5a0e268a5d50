package dev.understudy.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * All metrics that there are. To add one, write it into its family, or write a family and add it here; every report,
 * validation, comparison and gate then has it. A jar of somebody else's adds families as a {@link ServiceLoader} finds
 * them.
 */
public final class Metrics {
    private static final List<MetricFamily> BUILT_IN = List.of(
            new SegmentationMetrics(),
            new DepthMetrics(),
            new NormalMetrics(),
            new LabelSteadiness(),
            new DepthSteadiness());

    private static final List<MetricFamily> FAMILIES = load();

    private Metrics() {}

    private static List<MetricFamily> load() {
        List<MetricFamily> families = new ArrayList<>();
        ServiceLoader.load(MetricFamily.class, Metrics.class.getClassLoader()).forEach(families::add);
        families.sort(Comparator.comparing(MetricFamily::key));
        families.addAll(0, BUILT_IN);
        Set<String> names = new HashSet<>();
        for (MetricFamily family : families) {
            boolean alone = names.add("family " + family.key());
            for (Metric metric : family.metrics()) {
                alone &= names.add("metric " + metric.key()) && metric.family().equals(family.key());
            }
            if (!alone) {
                throw new IllegalStateException("the metrics of "
                        + family.getClass().getName() + " have a name that is taken, or another family's");
            }
        }
        return List.copyOf(families);
    }

    /** In the order of reports. */
    public static List<MetricFamily> families() {
        return FAMILIES;
    }

    /** Of all families, in the order of reports. */
    public static List<Metric> all() {
        return FAMILIES.stream().flatMap(family -> family.metrics().stream()).toList();
    }

    public static List<Metric> all(Metric.Use use) {
        return all().stream().filter(metric -> metric.isFor(use)).toList();
    }

    /** By {@link Metric#key}. */
    public static Optional<Metric> find(String key) {
        return all().stream().filter(metric -> metric.key().equals(key)).findFirst();
    }

    /** The family of a metric. */
    public static MetricFamily family(Metric metric) {
        return FAMILIES.stream()
                .filter(family -> family.key().equals(metric.family()))
                .findFirst()
                .orElseThrow();
    }
}
