package dev.understudy.cli.run;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.console.RecipeOptions;
import dev.understudy.cli.report.CycleReport;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.MachineSetting;
import dev.understudy.files.StrictJson;
import dev.understudy.retrain.RetrainRun;
import dev.understudy.retrain.RetrainRun.RetrainConfiguration;
import dev.understudy.retrain.Scheduler;
import dev.understudy.retrain.Scheduler.CronSchedule;
import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import dev.understudy.retrain.registry.Registry;
import dev.understudy.retrain.step.CycleSteps;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy retrain}. */
@CommandLine.Command(
        name = "retrain",
        description = {
            "One cycle: take in new frames, label them, train from the champion's weights, compare both models on the same"
                    + " frozen sets, and promote the new one if it is better beyond noise.",
            "With nothing new it ends in seconds. Killed anywhere, the same command goes on where it was. Safe to run from"
                    + " cron, Kubernetes or Airflow; one cycle runs at a time.",
            ""
        },
        footer = {
            "",
            "Leaves cycle.json and report.html in STATE/cycles/<id>/.",
            "",
            "Exit codes, which --json's outcome tells apart further:",
            "  0    promoted, not-promoted (the reason says why) or nothing-new",
            "  1    an error of this program's",
            "  2    the command line or the recipe asks for what cannot be",
            "  3    stopped: the new frames have drifted, and nothing was learnt; or no outcome:",
            "       somebody else's cycle runs, or a file is not what it should be",
            "  4    stopped: too many new frames could not be read",
            "  130  interrupted; the same command goes on",
            "",
            "Examples:",
            "  understudy retrain --config conf/retrain.yaml",
            "  understudy retrain --config conf/retrain.yaml --cron '0 2 * * *' --zone Europe/Berlin",
            "  understudy retrain --config conf/retrain.yaml --json | jq .outcome",
            "  understudy retrain --config conf/retrain.yaml --anyway --set student.trainer.stages.0.steps=2000",
            "  understudy registry list --registry retrain/registry"
        })
public final class RetrainCommand extends Command {
    @Mixin
    private RecipeOptions.Required recipe;

    @Option(
            names = "--cron",
            paramLabel = "EXPRESSION",
            description = "Stay, and run a cycle at every tick: minute hour day month weekday. Ticks that were missed"
                    + " become one; of several schedulers on the same state one takes the tick.")
    private @Nullable String cron;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Time zone of --cron; that of the machine if not given.")
    private @Nullable String zone;

    @Option(
            names = "--fresh",
            description =
                    "Begin a new cycle instead of going on with an unfinished one. What its steps did still counts.")
    private boolean fresh;

    @Option(names = "--anyway", description = "Train on the frames there are, even if none is new.")
    private boolean anyway;

    @Option(
            names = "--accept-changed-sets",
            description =
                    "Compare on evaluation sets that are not those of the champion's time; it is evaluated again.")
    private boolean acceptChangedSets;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws Exception {
        RetrainConfiguration configuration = recipe.load(RetrainConfiguration.class);
        Clock clock = Clock.systemUTC();
        Registry registry = Registry.at(configuration.registryFolder(), clock);
        CycleReport report = new CycleReport(configuration.student(), configuration.sets(), registry);
        RetrainRun run =
                new RetrainRun(configuration, registry, anyway, acceptChangedSets, clock, report::write, console);
        if (cron != null) {
            keepRunning(run, new CronSchedule(cron, zone()), configuration.state(), console);
        }
        return show(run, run.run(fresh), console);
    }

    /** Until the process is ended. */
    private void keepRunning(RetrainRun run, CronSchedule schedule, Path state, Console console)
            throws InterruptedException, IOException {
        Scheduler.Job job = new Scheduler.Job() {
            @Override
            public boolean isUnfinished() throws IOException {
                return run.isUnfinished();
            }

            @Override
            public void run() throws Exception {
                show(run, run.run(fresh), console);
            }
        };
        new Scheduler(
                        schedule,
                        state.resolve("schedule.json"),
                        Clock.systemUTC(),
                        nap -> Thread.sleep(nap.toMillis()),
                        console::tell)
                .run(job);
    }

    private int show(RetrainRun run, CycleRecord record, Console console) {
        if (json.isGiven()) {
            console.print(StrictJson.printed(record));
        } else {
            console.print(record.outcome().key() + ": " + record.reason());
            console.print(run.folder(record).resolve("report.html").toString());
        }
        if (record.outcome() != Outcome.STOPPED) {
            return ExitCode.DONE;
        }
        return CycleSteps.tooManyQuarantined(record) ? ExitCode.TOO_MANY_QUARANTINED : ExitCode.BAD_DATA;
    }

    @MachineSetting
    private ZoneId zone() {
        try {
            return zone == null ? ZoneId.systemDefault() : ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw new ConfigurationException(
                    "--zone " + zone + ": found no such time zone, expected one like Europe/Berlin or UTC", e);
        }
    }
}
