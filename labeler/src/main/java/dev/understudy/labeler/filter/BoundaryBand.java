package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.labeler.surface.Distance;

/**
 * Drops the pixels near where two answers meet, as labels are least sure there.
 *
 * @param width pixels on each side, diagonals counting as one; 0 drops nothing
 */
@Named("boundary-band")
public record BoundaryBand(@Default("2") int width) implements PolicyRecipe {
    public BoundaryBand {
        new Checks().inRange("width", width, 0, 1000).verify();
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        return (frame, evidence, current) -> {
            boolean[] band = Distance.within(
                    Distance.borders(current.width(), current.classes()), current.width(), current.height(), width - 1);
            return current.weighed(pixel -> band[pixel] ? 0 : 1);
        };
    }
}
