package dev.understudy.cli.console;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
public final class Version implements IVersionProvider {
    /** {@code understudy 1.2.3}, as it stands in what is written. */
    public static String name() throws IOException {
        Properties properties = new Properties();
        try (InputStream in =
                Objects.requireNonNull(Version.class.getResourceAsStream("/dev/understudy/cli/version.properties"))) {
            properties.load(in);
        }
        return "understudy " + properties.getProperty("version");
    }

    @Override
    public String[] getVersion() throws IOException {
        return new String[] {
            name(),
            "Java " + System.getProperty("java.version") + ", " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch")
        };
    }
}
