package dev.understudy.cli.bench;

import java.util.List;
import java.util.Locale;

/**
 * What a simulated run came to; all times in hours.
 *
 * @param hours until the last shard is published
 * @param computeBound if every slot worked all the time and no task had bad luck
 * @param launchBound if the driver did nothing but launch tasks
 * @param commitBound if the driver did nothing but publish shards
 * @param tailHours from when no task was left to launch until the end
 * @param utilisation share of the slots' time that went into shards that were published
 * @param lostTasks that died with their executors
 * @param twins tasks that were done a second time
 */
record ClusterForecast(
        ClusterLoad load,
        double hours,
        double computeBound,
        double launchBound,
        double commitBound,
        double tailHours,
        double utilisation,
        long lostTasks,
        long twins) {
    /** What the time cannot fall below by adding executors, or else that adding them helps. */
    String bound() {
        if (computeBound >= launchBound && computeBound >= commitBound) {
            return "the expert's time: more executors help";
        }
        return (commitBound >= launchBound ? "publishing" : "launching")
                + " by the one driver: larger shards help, more executors do not";
    }

    List<String> lines() {
        return List.of(
                line(
                        "%,d frames in %,d shards on %,d executors of %d slots",
                        load.frames(), load.shards(), load.executors(), load.slots()),
                line("hours          %8.2f   of which the tail %.2f", hours, tailHours),
                line("  compute      %8.2f", computeBound),
                line("  launching    %8.2f", launchBound),
                line("  publishing   %8.2f", commitBound),
                line("utilisation    %8.1f %%", 100 * utilisation),
                line("tasks lost     %,8d   done twice %,d", lostTasks, twins),
                "bound by       " + bound());
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
