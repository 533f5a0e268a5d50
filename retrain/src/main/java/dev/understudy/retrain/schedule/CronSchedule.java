package dev.understudy.retrain.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.understudy.conf.ConfigurationException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * Five fields as cron reads them, {@code minute hour day month weekday}, in a time zone: {@code 0 2 * * *} is two in
 * the morning, every day. Each local time comes once: where summer time skips it, the tick is as much later; where
 * winter time repeats it, the tick is at the first.
 */
public final class CronSchedule {
    private static final int LONGEST = 200;

    private final String expression;
    private final ZoneId zone;
    private final ExecutionTime time;

    /** @throws ConfigurationException if {@code expression} is none, or never comes true */
    public CronSchedule(String expression, ZoneId zone) {
        this.expression = expression;
        this.zone = zone;
        this.time = parse(expression);
        if (next(Instant.EPOCH).isEmpty()) {
            throw new ConfigurationException(
                    "cron '" + expression + "': found a day that never comes, expected one that does");
        }
    }

    private static ExecutionTime parse(String expression) {
        try {
            if (expression.length() > LONGEST) {
                throw new IllegalArgumentException("more than " + LONGEST + " characters");
            }
            return ExecutionTime.forCron(new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
                    .parse(expression)
                    .validate());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    "cron '" + expression + "': " + e.getMessage()
                            + "; expected five fields, minute hour day month weekday, like '0 2 * * *'",
                    e);
        }
    }

    /** The first tick after {@code instant}. */
    public Optional<Instant> next(Instant instant) {
        Optional<LocalDateTime> tick = nextLocal(LocalDateTime.ofInstant(instant, zone));
        while (tick.isPresent()) {
            // In an hour that is skipped this is as much later; in one that comes twice it is the first time.
            Instant at = tick.get().atZone(zone).toInstant();
            if (at.isAfter(instant)) {
                return Optional.of(at);
            }
            tick = nextLocal(tick.get());
        }
        return Optional.empty();
    }

    /** On clocks that are never moved, so that the library, which leaves skipped hours out, sees every local time. */
    private Optional<LocalDateTime> nextLocal(LocalDateTime after) {
        return time.nextExecution(after.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
    }

    @Override
    public String toString() {
        return expression + " (" + zone + ")";
    }
}
