package dev.understudy.cli.console;

import dev.understudy.conf.ConfigurationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code 640x480}, as it is written on the command line. */
public record PictureSize(int width, int height) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,5})[x×](\\d{1,5})");

    /** @throws ConfigurationException if the text is of another form */
    public static PictureSize parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new ConfigurationException(
                    "--size " + text + ": expected width and height in pixels, such as 640x480");
        }
        PictureSize size = new PictureSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        if (size.width < 1 || size.height < 1) {
            throw new ConfigurationException("--size " + text + ": expected at least 1x1");
        }
        return size;
    }
}
