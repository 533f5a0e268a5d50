package dev.understudy.files.storage;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps others out of a folder of a storage that has no locks. Who wants it writes the next of the numbered files in
 * {@code .lease/}, which only one can create; the last number counts. Its holder writes it anew every {@link #BEAT},
 * and says in it when it has ended. A holder that has died is seen by its process being gone, on its own machine at
 * once; from another machine by its file not changing for {@link #PATIENCE}, measured by the clock of who watches.
 * Numbers are never used twice, so that nobody who was slow can take a lease that another has taken since.
 *
 * <p>A holder that was asleep for longer than that may wake when another holds the lease: it must ask {@link #check}
 * before what it does, and what it does must not rest on the lease alone.
 */
public final class Lease implements AutoCloseable {
    static final Duration BEAT = Duration.ofSeconds(10);
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final int LONGEST = 1 << 16;

    private final Storage storage;
    private final String name;
    private final String next;
    private final Time time;
    private final ScheduledExecutorService beats;
    private Claim claim;
    private long lastBeat;
    private boolean lost;

    /** Somebody else has it; the message says who. */
    public static final class HeldException extends IOException {
        private HeldException(String message) {
            super(message);
        }
    }

    /** How long things take; fakes in tests. */
    interface Time {
        long nanos();

        void sleep(Duration duration) throws InterruptedException;

        Time REAL = new Time() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public void sleep(Duration duration) throws InterruptedException {
                Thread.sleep(duration.toMillis());
            }
        };
    }

    /** What a lease file says. */
    record Claim(String machine, long process, String started, String purpose, String since, long beat, boolean ended) {
        static Claim ours(String purpose) {
            return new Claim(
                    MACHINE,
                    ProcessHandle.current().pid(),
                    started(ProcessHandle.current()),
                    purpose,
                    Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                    0,
                    false);
        }

        private static String started(ProcessHandle process) {
            return process.info().startInstant().map(Instant::toString).orElse("");
        }

        boolean isOfThisMachine() {
            return machine.equals(MACHINE);
        }

        boolean isAlive() {
            return ProcessHandle.of(process)
                    .filter(ProcessHandle::isAlive)
                    .map(Claim::started)
                    .filter(started::equals)
                    .isPresent();
        }

        Claim after(boolean end) {
            return new Claim(machine, process, started, purpose, since, beat + 1, end);
        }

        byte[] bytes() throws IOException {
            return (JSON.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
        }

        String holder() {
            return "process " + process + " on " + machine.split("/", 2)[0] + " since " + since + ", " + purpose;
        }
    }

    private static final String MACHINE = machine();

    private Lease(Storage storage, String folder, long number, Claim claim, Time time) {
        this.storage = storage;
        this.name = file(folder, number);
        this.next = file(folder, number + 1);
        this.claim = claim;
        this.time = time;
        this.lastBeat = time.nanos();
        this.beats = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "lease");
            thread.setDaemon(true);
            return thread;
        });
        beats.scheduleAtFixedRate(this::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Takes the lease of a folder. Waits up to {@link #PATIENCE} where the last holder was on another machine and did
     * not say that it had ended.
     *
     * @param folder of a storage; its lease lies in {@code .lease/} there
     * @param purpose what the holder does, for others to read
     * @throws HeldException if somebody holds it
     */
    public static Lease acquire(Path folder, String purpose) throws IOException {
        Storage storage = Storage.of(folder)
                .orElseThrow(() -> new IllegalArgumentException(folder + " is on the local disk, which has locks"));
        return acquire(storage, Storage.name(folder), Claim.ours(purpose), Time.REAL);
    }

    static Lease acquire(Storage storage, String folder, Claim ours, Time time) throws IOException {
        while (true) {
            long last = last(storage, folder);
            if (last > 0) {
                requireEnded(storage, file(folder, last), time);
            }
            if (storage.create(file(folder, last + 1), ours.bytes())) {
                return new Lease(storage, folder, last + 1, ours, time);
            }
        }
    }

    /** The highest number there is, by a few questions: all lower ones are there too. */
    private static long last(Storage storage, String folder) throws IOException {
        long there = 0;
        long absent = 1;
        while (storage.find(file(folder, absent)).isPresent()) {
            there = absent;
            absent *= 2;
        }
        while (absent - there > 1) {
            long middle = there + (absent - there) / 2;
            if (storage.find(file(folder, middle)).isPresent()) {
                there = middle;
            } else {
                absent = middle;
            }
        }
        return there;
    }

    private static void requireEnded(Storage storage, String file, Time time) throws IOException {
        byte[] first = read(storage, file);
        Optional<Claim> claim = parse(first);
        if (claim.isPresent() && claim.get().ended()) {
            return;
        }
        if (claim.isPresent() && claim.get().isOfThisMachine()) {
            if (claim.get().isAlive()) {
                throw new HeldException(claim.get().holder());
            }
            return;
        }
        long start = time.nanos();
        LOG.warn(
                "{}: the last holder ({}) has not said that it has ended; waiting for a sign of life",
                file,
                claim.map(Claim::holder).orElse("unknown"));
        while (time.nanos() - start < PATIENCE.toNanos()) {
            try {
                time.sleep(BEAT.dividedBy(2));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(file + ": interrupted while waiting for the lease", e);
            }
            byte[] now = read(storage, file);
            if (!Arrays.equals(now, first)) {
                Optional<Claim> later = parse(now);
                if (later.isPresent() && later.get().ended()) {
                    return;
                }
                throw new HeldException(later.map(Claim::holder).orElse("unknown"));
            }
        }
    }

    private static byte[] read(Storage storage, String file) throws IOException {
        try (InputStream in = Channels.newInputStream(storage.open(file))) {
            return in.readNBytes(LONGEST);
        }
    }

    private static Optional<Claim> parse(byte[] text) {
        try {
            return Optional.of(JSON.readValue(text, Claim.class));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String file(String folder, long number) {
        return (folder.equals("/") ? "" : folder) + "/.lease/" + String.format(Locale.ROOT, "%08d", number) + ".json";
    }

    private void beat() {
        try {
            long now = time.nanos();
            boolean taken = storage.find(next).isPresent();
            synchronized (this) {
                lost |= taken;
                if (!lost) {
                    claim = claim.after(false);
                    storage.put(name, Storage.Content.of(claim.bytes()));
                    lastBeat = now;
                }
            }
        } catch (IOException | RuntimeException e) {
            // Once is luck; check() speaks up when it was too often.
            LOG.warn("{}: cannot be renewed: {}", name, e.toString());
        }
    }

    /** @throws IOException if somebody else may have taken the lease */
    public synchronized void check() throws IOException {
        if (lost || time.nanos() - lastBeat > PATIENCE.toNanos()) {
            throw new IOException(name + ": this process was away for longer than " + PATIENCE.toSeconds()
                    + " seconds, and another may be at work here; run the same command again");
        }
    }

    /** Says that it has ended. */
    @Override
    public void close() throws IOException {
        beats.shutdownNow();
        synchronized (this) {
            if (!lost) {
                lost = true;
                storage.put(name, Storage.Content.of(claim.after(true).bytes()));
            }
        }
    }

    /**
     * Names a machine so that no other can have the same: where it is known, with its boot and the container's
     * processes.
     */
    private static String machine() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "unknown";
        }
        try {
            return host + "/"
                    + Files.readString(Path.of("/proc/sys/kernel/random/boot_id"))
                            .strip() + "/" + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
        } catch (IOException | UnsupportedOperationException e) {
            return host;
        }
    }
}
