package dev.understudy.retrain;

import dev.understudy.files.SealedJson;
import dev.understudy.retrain.Scheduler.TickBook;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** Lets a schedule believe that nobody was there for a while. */
public final class MissedTicks {
    private MissedTicks() {}

    /** @param until when the last tick was dealt with */
    public static void since(Path book, Instant until) throws IOException {
        new SealedJson<>("understudy-schedule", 1, TickBook.Dealt.class).write(book, new TickBook.Dealt(until));
    }
}
