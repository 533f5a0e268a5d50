package dev.understudy.pipeline.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** The GPUs that a task asks Spark for and those that it is given. */
public final class TaskGpus {
    private static final String RESOURCE = "gpu";

    private TaskGpus() {}

    /** @param device as a recipe has it: {@code cpu}, {@code gpu}, {@code gpu:<n>}, several with commas between them */
    static int askedFor(String device) {
        return (int) devices(device).stream().filter(TaskGpus::isGpu).count();
    }

    /**
     * The device to use in this task. Where Spark has set GPUs aside for it they are used, whatever the numbers in
     * {@code device}, and no more of them than it asks for; elsewhere {@code device} is what is meant.
     */
    public static String given(String device) {
        TaskContext task = TaskContext.get();
        ResourceInformation gpus = task == null ? null : task.resourcesJMap().get(RESOURCE);
        return gpus == null ? device : given(device, List.of(gpus.addresses()));
    }

    static String given(String device, List<String> addresses) {
        int wanted = askedFor(device);
        if (wanted == 0 || addresses.isEmpty()) {
            return device;
        }
        List<String> used = new ArrayList<>();
        addresses.stream().limit(wanted).forEach(address -> used.add(RESOURCE + ":" + address));
        return String.join(",", used);
    }

    private static List<String> devices(String device) {
        return Arrays.stream(device.split(",", -1)).map(String::strip).toList();
    }

    private static boolean isGpu(String device) {
        return device.startsWith(RESOURCE);
    }
}
