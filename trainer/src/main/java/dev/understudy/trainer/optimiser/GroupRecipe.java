package dev.understudy.trainer.optimiser;

import dev.understudy.conf.Checks;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Parameters that train at a rate of their own, for example the heads:
 * {@code {name: heads, pattern: '(pre_)?(segm|depth|normal)\..*', rate: 0.1}}.
 *
 * @param pattern a regular expression that the whole of a parameter's name must match
 * @param rate 0 = they stay as they are
 * @param weightDecay null = as the others
 */
public record GroupRecipe(
        String name, String pattern, double rate, @Nullable Double weightDecay) {
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
