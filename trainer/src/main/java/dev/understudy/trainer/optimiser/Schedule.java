package dev.understudy.trainer.optimiser;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import java.util.List;

/** How the rates fall over a stage. Positions are in the unit in which the stage's length is given: epochs or steps. */
public sealed interface Schedule {
    /**
     * What the configured rates are multiplied by.
     *
     * @param position in [0, length)
     */
    double factor(double position, double length);

    /** The same rates throughout. */
    @Named("constant")
    record Constant() implements Schedule {
        @Override
        public double factor(double position, double length) {
            return 1;
        }
    }

    /** Times {@code factor} at each milestone. */
    @Named("multi-step")
    record MultiStep(
            List<Double> milestones, @Default("0.1") double factor) implements Schedule {
        public MultiStep {
            milestones = List.copyOf(milestones);
            new Checks()
                    .that(
                            milestones.equals(milestones.stream().sorted().toList()),
                            "milestones",
                            "must rise, found " + milestones)
                    .that(factor > 0 && factor <= 1, "factor", "must be above 0 and at most 1, found " + factor)
                    .verify();
        }

        @Override
        public double factor(double position, double length) {
            return Math.pow(
                    factor, milestones.stream().filter(m -> m <= position).count());
        }
    }

    /** (1 − position/length)^power. */
    @Named("polynomial")
    record Polynomial(@Default("0.9") double power) implements Schedule {
        public Polynomial {
            new Checks().positive("power", power).verify();
        }

        @Override
        public double factor(double position, double length) {
            return Math.pow(1 - position / length, power);
        }
    }

    /** Half a cosine from 1 down to {@code floor}. */
    @Named("cosine")
    record Cosine(@Default("0") double floor) implements Schedule {
        public Cosine {
            new Checks().unit("floor", floor).verify();
        }

        @Override
        public double factor(double position, double length) {
            return floor + (1 - floor) * (1 + Math.cos(Math.PI * position / length)) / 2;
        }
    }
}
