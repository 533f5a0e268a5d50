package dev.understudy.trainer.optimiser;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.model.network.Network;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How parameters move. The defaults are the authors' example settings.
 *
 * @param rule the formula
 * @param encoderRate learning rate of the encoder; 0 = it stays as it is
 * @param decoderRate learning rate of all else
 * @param groups parameters with rates of their own; the first that holds a parameter has it
 * @param decayNormAndBias whether weight decay also acts on batch-norm and on biases
 * @param clipNorm the L2 norm of all gradients together is brought down to this; null = not
 * @param schedule of the rates
 * @param warmUpSteps over which the rates rise from 0
 * @param averageDecay of the moving average of the weights, which is then what is validated and kept as best; null =
 *     none
 */
@RecordBuilder
public record OptimiserConfiguration(
        @Default("sgd") UpdateRule rule,
        @Default("1e-3") double encoderRate,
        @Default("1e-2") double decoderRate,
        @Default("[]") List<GroupRecipe> groups,
        @Default("1e-5") double weightDecay,
        @Default("true") boolean decayNormAndBias,
        @Nullable Double clipNorm,
        @Default("constant") Schedule schedule,
        @Default("0") int warmUpSteps,
        @Nullable Double averageDecay)
        implements OptimiserConfigurationBuilder.With {

    public OptimiserConfiguration {
        groups = List.copyOf(groups);
        new Checks()
                .atLeast("encoderRate", encoderRate, 0)
                .atLeast("decoderRate", decoderRate, 0)
                .atLeast("weightDecay", weightDecay, 0)
                .that(clipNorm == null || clipNorm > 0, "clipNorm", "must be greater than 0, found " + clipNorm)
                .atLeast("warmUpSteps", warmUpSteps, 0)
                .that(
                        averageDecay == null || averageDecay > 0 && averageDecay < 1,
                        "averageDecay",
                        "must be between 0 and 1, found " + averageDecay)
                .verify();
    }

    /** @throws ConfigurationException if a group holds no parameter of {@code network} */
    public void checkGroups(Network network) {
        for (GroupRecipe group : groups) {
            if (network.parameters().keySet().stream().noneMatch(group::holds)) {
                throw new ConfigurationException("optimiser.groups: the pattern '" + group.pattern() + "' of "
                        + group.name() + " matches no parameter of " + network.architecture() + ", expected some of "
                        + network.parameters().keySet().stream().limit(3).collect(Collectors.joining(", "))
                        + ", …; understudy checkpoint inspect lists those of a file");
            }
        }
    }

    /**
     * What the rates are multiplied by.
     *
     * @param step of the stage, 0 for the first
     * @param position of it, and {@code length} of the stage, in the stage's own unit
     */
    public double factor(long step, double position, double length) {
        double warm = step < warmUpSteps ? (step + 1.0) / (warmUpSteps + 1) : 1;
        return warm * schedule.factor(position, length);
    }

    /**
     * Parameters that train at a rate of their own, for example the heads: {@code {name: heads, pattern:
     * '(pre_)?(segm|depth|normal)\..*', rate: 0.1}}.
     *
     * @param pattern a regular expression that the whole of a parameter's name must match
     * @param rate 0 = they stay as they are
     * @param weightDecay null = as the others
     */
    record GroupRecipe(
            String name,
            String pattern,
            double rate,
            @Nullable Double weightDecay) {
        public GroupRecipe {
            new Checks()
                    .notBlank("name", name)
                    .that(isPattern(pattern), "pattern", "is no regular expression")
                    .atLeast("rate", rate, 0)
                    .atLeast("weightDecay", weightDecay == null ? 0 : weightDecay, 0)
                    .verify();
        }

        boolean holds(String parameter) {
            return Pattern.matches(pattern, parameter);
        }

        private static boolean isPattern(String pattern) {
            try {
                Pattern.compile(pattern);
                return true;
            } catch (PatternSyntaxException e) {
                return false;
            }
        }
    }

    /**
     * How the rates fall over a stage. Positions are in the unit in which the stage's length is given: epochs or steps.
     */
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
}
