package dev.understudy.cli.registry;

import dev.understudy.retrain.registry.Registry;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine.Option;

/** Which registry; every command mixes it in. */
final class RegistryOption {
    @Option(names = "--registry", required = true, paramLabel = "DIR", description = "The registry's folder.")
    private Path folder;

    Registry open() {
        return Registry.existing(folder, Clock.systemUTC());
    }
}
