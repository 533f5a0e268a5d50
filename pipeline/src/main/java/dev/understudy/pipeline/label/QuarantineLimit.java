package dev.understudy.pipeline.label;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.store.StoreDescription.StoreTotals;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many frames may be quarantined before a job counts as failed: a number, or a share of all frames. */
public record QuarantineLimit(double value, boolean isShare) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)\\s*(%?)");

    /** @param text {@code 20} or {@code 5%} */
    public static QuarantineLimit parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (matcher.matches()) {
            double value = Double.parseDouble(matcher.group(1));
            boolean share = !matcher.group(2).isEmpty();
            if (share ? value <= 100 : value == Math.rint(value)) {
                return new QuarantineLimit(value, share);
            }
        }
        throw new ConfigurationException(
                "maxQuarantined: " + text + ", expected a number of frames such as 20, or a share such as 5%");
    }

    public boolean isExceededBy(StoreTotals totals) {
        return isExceededBy(totals.quarantined(), totals.frames() + totals.quarantined());
    }

    /** @param frames of which {@code quarantined} could not be read */
    public boolean isExceededBy(long quarantined, long frames) {
        return quarantined > (isShare ? value / 100 * frames : value);
    }

    @Override
    public String toString() {
        return (value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%s", value))
                + (isShare ? "%" : "");
    }
}
