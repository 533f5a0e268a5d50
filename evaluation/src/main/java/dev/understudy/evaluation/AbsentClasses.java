package dev.understudy.evaluation;

/** What a class that neither truth nor prediction has anywhere does to a mean over classes. */
public enum AbsentClasses {
    /** It is no part of the mean: there was nothing to get right. */
    LEFT_OUT,
    /** It counts as 1, as in some authors' code; raises the mean of small test sets. */
    COUNT_AS_ONE
}
