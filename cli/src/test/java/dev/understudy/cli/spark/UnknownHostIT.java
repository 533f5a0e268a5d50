package dev.understudy.cli.spark;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.files.ChildJvm;
import dev.understudy.files.Scratch;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.pipeline.spark.SparkRuntime;
import dev.understudy.pipeline.spark.TaskResults;
import dev.understudy.pipeline.spark.TaskResults.ExecutorWatch;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.testng.annotations.Test;

/** A machine whose own name has no address, as in many containers. */
public class UnknownHostIT {
    @Test
    public void aLocalJobRunsAllTheSame() throws Exception {
        try (Scratch scratch = Scratch.create()) {
            Path hosts = Files.writeString(scratch.resolve("hosts"), "127.0.0.1 localhost\n");
            List<String> command = ChildJvm.command(List.of("-Djdk.net.hosts.file=" + hosts), UnknownHostIT.Job.class);
            try (ChildJvm job = ChildJvm.start(command, scratch.resolve("log"))) {
                assertEquals(job.exitCode(), 0, job.output());
                assertTrue(job.output().contains("no address; sum 6"), job.output());
            }
        }
    }

    /** Three tasks on a local master. */
    public static final class Job {
        private Job() {}

        public static void main(String[] arguments) throws Exception {
            String known;
            try {
                known = InetAddress.getLocalHost().toString();
            } catch (UnknownHostException e) {
                known = "no address";
            }
            SparkConfiguration here = new SparkConfiguration("local[1]", 1, Map.of());
            SparkContext context = SparkRuntime.start("test", here, "cpu");
            int sum = 0;
            try (TaskResults<Integer> results = TaskResults.submit(
                    context, "test", List.of(1, 2, 3), number -> number, new ExecutorWatch(context, here))) {
                for (int i = 0; i < 3; i++) {
                    sum += results.take();
                }
            } finally {
                context.stop();
            }
            System.out.println(known + "; sum " + sum);
        }
    }
}
