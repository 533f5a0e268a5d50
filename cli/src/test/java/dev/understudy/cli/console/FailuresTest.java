package dev.understudy.cli.console;

import dev.understudy.cli.console.Command.GlobalOptions;
import dev.understudy.conf.Checks.InvalidRecordException;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.DataException;
import dev.understudy.pipeline.spark.TaskResults.JobFailedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.testng.Assert;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class FailuresTest {
    /** As Spark does it with what a task throws. */
    private static Exception sent(Exception failure) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(failure);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (Exception) in.readObject();
        }
    }

    @DataProvider
    public Object[][] failures() throws Exception {
        return new Object[][] {
            {new ConfigurationException(List.of("a: one", "b: two")), 2, "understudy: a: one\nunderstudy: b: two\n"},
            {
                sent(new ConfigurationException(List.of("a: one", "b: two"))),
                2,
                "understudy: a: one\nunderstudy: b: two\n"
            },
            {sent(new ConfigurationException("device: none", null)), 2, "understudy: device: none\n"},
            {
                sent(new InvalidRecordException(List.of(new InvalidRecordException.Problem("'a'", "is 3")))),
                2,
                "understudy: 'a' is 3\n"
            },
            {sent(new DataException("x.png: cut off")), 3, "understudy: x.png: cut off\n"},
            {new DataException("x.png: cut off"), 3, "understudy: x.png: cut off\n"},
            {new ExecutionException(new RuntimeException(new DataException("deep"))), 3, "understudy: deep\n"},
            {new UncheckedIOException(new NoSuchFileException("m.jsonl")), 3, "understudy: m.jsonl: no such file\n"},
            {
                new ExecutionException(new InvalidPathException("a\0b.png", "Nul character not allowed")),
                3,
                "understudy: 'a?b.png': cannot be the name of a file (Nul character not allowed); correct it\n"
            },
            {new AccessDeniedException("/out"), 1, "understudy: /out: permission denied\n"},
            {
                new FileSystemException("/out/a", null, "No space left on device"),
                1,
                "understudy: /out/a: No space left on device\n"
            },
            {
                new JobFailedException(new IllegalStateException(
                        "Job aborted due to stage failure: Task 0 in stage 0.0 failed 4 times, most recent failure: Lost task"
                                + " 0.3 in stage 0.0 (TID 3) (127.0.0.1 executor 3): ExecutorLostFailure (executor 3 exited"
                                + " caused by one of the running tasks) Reason: Command exited with code 99\n"
                                + "Driver stacktrace:")),
                1,
                "understudy: the job failed: ExecutorLostFailure (executor 3 exited caused by one of the running tasks)"
                        + " Reason: Command exited with code 99\n"
                        + "understudy: what was finished is kept; run the same command again to go on from there\n"
                        + "This should not happen. Run it again with -v to see where it comes from.\n"
            },
            {
                new JobFailedException(new IllegalStateException(
                        "Job aborted",
                        new UncheckedIOException(
                                "a.h5: cannot be written", new IOException("No space left on device")))),
                1,
                "understudy: the job failed: java.io.UncheckedIOException: a.h5: cannot be written, because of"
                        + " java.io.IOException: No space left on device\n"
                        + "understudy: what was finished is kept; run the same command again to go on from there\n"
            },
            {
                new JobFailedException(new IllegalStateException(
                        "Job aborted", new IllegalStateException(new DataException("x.pth: cut")))),
                3,
                "understudy: x.pth: cut\n"
            },
            {
                new IllegalStateException("oops"),
                1,
                "understudy: java.lang.IllegalStateException: oops\n"
                        + "This should not happen. Run it again with -v to see where it comes from.\n"
            },
        };
    }

    @Test(dataProvider = "failures")
    public void everyFailureHasItsLineAndCode(Exception failure, int exitCode, String message) {
        StringWriter text = new StringWriter();
        int code = new Failures(new GlobalOptions()).report(failure, new PrintWriter(text));
        Assert.assertEquals(text.toString().replace(System.lineSeparator(), "\n"), message);
        Assert.assertEquals(code, exitCode);
    }

    @Test
    public void verboseShowsWhereItComesFrom() {
        GlobalOptions verbose = new GlobalOptions();
        verbose.verbose = true;
        StringWriter text = new StringWriter();
        new Failures(verbose).report(new DataException("x.png: cut off"), new PrintWriter(text));
        Assert.assertTrue(text.toString().contains("\tat " + FailuresTest.class.getName()), text.toString());
    }
}
