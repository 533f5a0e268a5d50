package dev.understudy.evaluation;

/** What a class that the truth does not have anywhere does to a mean over classes. */
public enum AbsentClasses {
    /** It is no part of the mean: there was nothing to find. */
    LEFT_OUT,
    /**
     * It counts: as 1 if it is not predicted either, as 0 if it is, as in some authors' code; raises the mean of small
     * sets.
     */
    COUNT_AS_ONE
}
