package dev.understudy.dataset.imports.matlab;

/** What to tell of a library's exception. */
final class MatErrors {
    private static final int LONGEST = 120;

    private MatErrors() {}

    static String firstLine(Throwable e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        String line = message.lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
