package dev.understudy.dataset.frame;

import dev.understudy.conf.ConfigurationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression with one group that says by a frame's id which scene it belongs to. It is searched for in the
 * id; what the group holds is the scene. Immutable.
 */
public final class ScenePattern {
    private final Pattern pattern;

    private ScenePattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /**
     * @param option that the expression was given by, for what is said of it
     * @throws ConfigurationException if it is no expression, or has not exactly one group
     */
    public static ScenePattern parse(String option, String expression) {
        return new ScenePattern(oneGroup(option, expression));
    }

    /** @throws ConfigurationException as {@link #parse} */
    public static Pattern oneGroup(String option, String expression) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new ConfigurationException(
                    option + " '" + expression + "': found no regular expression (" + e.getDescription()
                            + " at character " + (e.getIndex() + 1) + "), expected one with a group",
                    e);
        }
        int groups = pattern.matcher("").groupCount();
        if (groups != 1) {
            throw new ConfigurationException(option + " '" + expression + "': found " + groups
                    + " groups, expected one in round brackets; write (?:…) for those that only hold together");
        }
        return pattern;
    }

    /** The scene of the frame {@code id}; null if the pattern is not in it or the group holds no name. */
    public @Nullable String scene(String id) {
        Matcher matcher = pattern.matcher(id);
        String scene = matcher.find() ? matcher.group(1) : null;
        return scene != null && FrameRules.isId(scene) ? scene : null;
    }
}
