package dev.understudy.retrain.notice;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.retrain.cycle.Outcome;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is told how a cycle ended.
 *
 * @param on the outcomes that the web hook and the command are told of; the Prometheus file always
 * @param webhook gets {@code cycle.json} by POST; http or https
 * @param command and its arguments, with {@code UNDERSTUDY_OUTCOME} and {@code UNDERSTUDY_CYCLE} (path of
 *     {@code cycle.json}) in its environment; no shell is involved
 * @param prometheus file in the folder that the node exporter reads; its name ends in {@code .prom}
 * @param timeoutSeconds for the web hook and the command
 */
public record NoticeConfiguration(
        @Default("[promoted, not-promoted, stopped, failed]")
        List<Outcome> on,

        @Nullable String webhook,
        @Default("[]") List<String> command,
        @Nullable Path prometheus,
        @Default("30") int timeoutSeconds) {
    private static final int HIGHEST_PORT = 65535;

    public NoticeConfiguration {
        new Checks()
                .that(
                        webhook == null || isWeb(webhook),
                        "webhook",
                        "must be an http or https address with a host and,"
                                + " if any, a port from 1 to 65535, without a user's name")
                .that(
                        prometheus == null || prometheus.toString().endsWith(".prom"),
                        "prometheus",
                        "must end in .prom, or the node exporter does not read it")
                .inRange("timeoutSeconds", timeoutSeconds, 1, 3600)
                .verify();
    }

    private static boolean isWeb(String address) {
        try {
            // Builds the request that will be sent, which knows what it cannot reach.
            URI uri = HttpRequest.newBuilder(URI.create(address)).build().uri();
            return uri.getUserInfo() == null && uri.getPort() != 0 && uri.getPort() <= HIGHEST_PORT;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
