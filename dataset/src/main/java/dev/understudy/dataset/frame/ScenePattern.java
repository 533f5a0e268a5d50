package dev.understudy.dataset.frame;

import dev.understudy.conf.ConfigurationException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression with one group that says by a frame's id which scene it belongs to: what the group holds is the
 * scene. Immutable.
 */
public final class ScenePattern {
    private final Pattern pattern;
    private final boolean whole;

    private ScenePattern(Pattern pattern, boolean whole) {
        this.pattern = pattern;
        this.whole = whole;
    }

    /**
     * That the whole id matches: {@code (.*)/[^/]*} takes everything up to the last slash.
     *
     * @param name of the option or key that the expression was given by, for what is said of it
     * @throws ConfigurationException if it is no regular expression, or has not exactly one group
     */
    public static ScenePattern ofWhole(String name, String expression) {
        return new ScenePattern(oneGroup(name, expression), true);
    }

    /** That is searched for in the id; else as {@link #ofWhole}. */
    public static ScenePattern within(String name, String expression) {
        return new ScenePattern(oneGroup(name, expression), false);
    }

    /** @throws ConfigurationException as {@link #ofWhole} */
    public static Pattern oneGroup(String name, String expression) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new ConfigurationException(
                    name + " '" + expression + "': found no regular expression (" + e.getDescription()
                            + " at character " + (e.getIndex() + 1)
                            + "), expected one with a group, as (.*)/[^/]* which"
                            + " takes an id up to its last slash",
                    e);
        }
        int groups = pattern.matcher("").groupCount();
        if (groups != 1) {
            throw new ConfigurationException(name + " '" + expression + "': found "
                    + (groups == 0 ? "no group" : groups + " groups")
                    + ", expected one in round brackets, as (.*)/[^/]* which takes an id up to its last slash; write (?:…)"
                    + " for groups that only hold together");
        }
        return pattern;
    }

    /** Empty if the id does not match, or what the group holds cannot be the name of a scene. */
    public Optional<String> sceneOf(String id) {
        Matcher matcher = pattern.matcher(id);
        boolean found = whole ? matcher.matches() : matcher.find();
        return found ? Optional.ofNullable(matcher.group(1)).filter(FrameRules::isId) : Optional.empty();
    }

    /** The expression. */
    @Override
    public String toString() {
        return pattern.pattern();
    }
}
