package dev.understudy.dataset.edit;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.FrameRules;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Tells a frame's scene by its id: {@code (.*)/[^/]*} takes everything up to the last slash. The whole id has to match.
 *
 * @param pattern a regular expression as Java has them, with one group: the scene
 */
public record ScenePattern(Pattern pattern) {
    /** @throws ConfigurationException if it is no regular expression, or has not exactly one group */
    public static ScenePattern of(String text) {
        String found;
        try {
            Pattern pattern = Pattern.compile(text);
            int groups = pattern.matcher("").groupCount();
            if (groups == 1) {
                return new ScenePattern(pattern);
            }
            found = groups == 0 ? "none" : groups + " of them";
        } catch (PatternSyntaxException e) {
            found = e.getDescription();
        }
        throw new ConfigurationException("the pattern '" + text
                + "': expected a regular expression with one group in brackets that is the scene, found " + found
                + "; (.*)/[^/]* takes an id up to its last slash; (?:…) is a group that does not count");
    }

    /** Empty if the id does not match, or what the group holds cannot be the name of a scene. */
    public Optional<String> sceneOf(String id) {
        Matcher matcher = pattern.matcher(id);
        return matcher.matches() ? Optional.ofNullable(matcher.group(1)).filter(FrameRules::isId) : Optional.empty();
    }
}
