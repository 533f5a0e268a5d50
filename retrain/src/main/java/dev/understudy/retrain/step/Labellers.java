package dev.understudy.retrain.step;

import java.util.Locale;

/** Who labels the frames of a cycle. */
public enum Labellers {
    /** The configured expert. */
    EXPERT,
    /** The champion, in the expert's place. */
    STUDENT,
    /** The expert, and of its labels those that the champion agrees with. */
    BOTH;

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Labellers parse(String key) {
        return valueOf(key.toUpperCase(Locale.ROOT));
    }

    boolean asksExpert() {
        return this != STUDENT;
    }

    boolean asksStudent() {
        return this != EXPERT;
    }
}
