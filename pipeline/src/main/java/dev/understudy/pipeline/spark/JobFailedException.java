package dev.understudy.pipeline.spark;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a Spark job failed with. Its message is the reason of the last task that failed, without Spark's wrapping; its
 * cause is what Spark threw, which has what the task threw as its own cause unless that was lost with an executor.
 */
public final class JobFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private static final List<String> WRAPPINGS =
            List.of("most recent failure: ", "stage failure: ", "cancelled because ");

    private static final Pattern LOST_TASK = Pattern.compile("Lost task [^\\n]*? executor [^)\\n]*\\): ");

    /** @param failure as Spark's future has it */
    public JobFailedException(Throwable failure) {
        super(reason(failure), failure);
    }

    private static String reason(Throwable failure) {
        Throwable thrown = failure.getCause();
        if (thrown == null) {
            return unwrapped(String.valueOf(failure.getMessage()));
        }
        Throwable root = root(thrown);
        String said = String.valueOf(thrown.getMessage());
        boolean saidAll = root == thrown || said.contains(String.valueOf(root.getMessage()));
        return saidAll ? inWords(thrown) : inWords(thrown) + ", because of " + inWords(root);
    }

    private static String unwrapped(String message) {
        for (String wrapping : WRAPPINGS) {
            int start = message.indexOf(wrapping);
            if (start >= 0) {
                String rest = message.substring(start + wrapping.length());
                return firstLine(LOST_TASK.matcher(rest).replaceFirst(""));
            }
        }
        return firstLine(message);
    }

    private static Throwable root(Throwable thrown) {
        Throwable root = thrown;
        for (int depth = 0; root.getCause() != null && depth < 100; depth++) {
            root = root.getCause();
        }
        return root;
    }

    /** With the name of the class, since many messages mean little without. */
    private static String inWords(Throwable thrown) {
        return firstLine(thrown.toString());
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
