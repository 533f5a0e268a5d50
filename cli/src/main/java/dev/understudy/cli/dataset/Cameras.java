package dev.understudy.cli.dataset;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Intrinsics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code --intrinsics fx,fy,cx,cy}. */
final class Cameras {
    private Cameras() {}

    /** @param numbers as given, empty if not */
    static @Nullable Intrinsics parse(List<Double> numbers) {
        if (numbers.isEmpty()) {
            return null;
        }
        try {
            if (numbers.size() != 4) {
                throw new IllegalArgumentException(numbers.size() + " numbers");
            }
            return new Intrinsics(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    "--intrinsics: found " + e.getMessage()
                            + ", expected fx,fy,cx,cy in pixels, for example 585,585,320,240",
                    e);
        }
    }
}
