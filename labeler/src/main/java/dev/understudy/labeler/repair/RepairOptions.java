package dev.understudy.labeler.repair;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * How a repair is learned.
 *
 * @param folds that scenes are dealt into; each fold's frames are answered by what the others taught
 * @param pixels sampled from each annotated frame, fewer where there are very many frames
 * @param steps of training of each network
 * @param favour how far rare classes are favoured, 0–1: a class's logit is lowered by so much of the logarithm of its
 *     share of the annotated pixels (logit adjustment, Menon et al., ICLR 2021); more of it raises the mean IoU and
 *     lowers the share of right pixels
 * @param seed of sampling and training
 */
@RecordBuilder
public record RepairOptions(
        @Default("5") int folds,
        @Default("500") int pixels,
        @Default("800") int steps,
        @Default("0.1") double favour,
        @Default("1") long seed)
        implements RepairOptionsBuilder.With {
    public static final RepairOptions DEFAULT = new RepairOptions(5, 500, 800, 0.1, 1);

    public RepairOptions {
        new Checks()
                .inRange("folds", folds, 2, 20)
                .inRange("pixels", pixels, 1, 100_000)
                .inRange("steps", steps, 1, 1_000_000)
                .unit("favour", favour)
                .verify();
    }

    /** The same for the same options. */
    public String canonical() {
        return folds + " folds, " + pixels + " pixels a frame, " + steps + " steps, favour " + favour + ", seed "
                + seed;
    }
}
