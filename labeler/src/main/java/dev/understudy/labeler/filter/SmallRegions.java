package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.labeler.surface.Regions;

/**
 * Drops specks: four-connected areas of one kept class that are too small.
 *
 * @param pixels the smallest area that is kept
 */
@Named("small-regions")
public record SmallRegions(@Default("64") int pixels) implements PolicyRecipe {
    public SmallRegions {
        new Checks().atLeast("pixels", pixels, 0).verify();
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        return (frame, evidence, current) -> {
            Regions regions = Regions.ofLabels(
                    current.width(), current.height(), current.kept().labels().classes());
            return current.weighed(pixel -> regions.size()[regions.region()[pixel]] < pixels ? 0 : 1);
        };
    }
}
