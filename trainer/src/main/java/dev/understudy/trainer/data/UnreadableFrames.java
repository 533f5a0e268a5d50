package dev.understudy.trainer.data;

import dev.understudy.files.DataException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts frames that cannot be read, and ends training when they are too many. Safe for several threads at once. */
final class UnreadableFrames {
    private static final Logger LOG = LoggerFactory.getLogger(UnreadableFrames.class);

    private final Set<String> found = ConcurrentHashMap.newKeySet();
    private final int limit;

    UnreadableFrames(int limit) {
        this.limit = limit;
    }

    /** A source's frames; where one cannot be read, the next that can stands in for it. */
    TrainingSet skipping(String source, TrainingSet frames) {
        return new TrainingSet.Wrapper() {
            @Override
            public TrainingSet frames() {
                return frames;
            }

            @Override
            public TrainingFrame get(int index) {
                for (int i = 0; i < frames.size(); i++) {
                    int candidate = (index + i) % frames.size();
                    String key = source + " " + candidate;
                    if (!found.contains(key)) {
                        try {
                            return frames.get(candidate);
                        } catch (DataException e) {
                            count(key, e);
                        }
                    }
                }
                throw new DataException("source " + source + ": none of its " + frames.size() + " frames can be read");
            }
        };
    }

    private void count(String key, DataException e) {
        if (found.add(key) && found.size() <= limit) {
            LOG.warn("skipped, {} of at most {}: {}", found.size(), limit, e.getMessage());
        }
        if (found.size() > limit) {
            throw new DataException(
                    found.size() + " frames cannot be read, expected at most " + limit
                            + " (loader.maxUnreadable); the last is: " + e.getMessage(),
                    e);
        }
    }
}
