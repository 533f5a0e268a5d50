package dev.understudy.files.storage;

import dev.understudy.files.Scratch;
import java.io.IOException;
import java.time.Duration;
import org.testng.Assert;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class LeaseTest {
    private FolderStorage storage;
    private long nanos;
    private Action asleep = () -> {};

    private interface Action {
        void run() throws IOException;
    }

    private final Lease.Time time = new Lease.Time() {
        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public void sleep(Duration duration) {
            nanos += duration.toNanos();
            try {
                asleep.run();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    };

    @BeforeMethod
    public void emptyStorage() throws IOException {
        storage = new FolderStorage(Scratch.folder("lease").resolve("files"));
        nanos = 0;
        asleep = () -> {};
    }

    private static Lease.Claim elsewhere(long beat, boolean ended) {
        return new Lease.Claim("another-machine/boot/pid", 17, "2026-01-01T00:00:00Z", "label", "now", beat, ended);
    }

    private Lease acquire() throws IOException {
        return Lease.acquire(storage, "/s", Lease.Claim.ours("label"), time);
    }

    private void write(long number, Lease.Claim claim) throws IOException {
        storage.put("/s/.lease/0000000" + number + ".json", Storage.Content.of(claim.bytes()));
    }

    @Test
    public void aHolderOnAnotherMachineThatGivesNoSignIsDead() throws IOException {
        write(1, elsewhere(3, false));
        acquire().close();
        Assert.assertTrue(nanos >= Lease.PATIENCE.toNanos());
        Assert.assertTrue(storage.find("/s/.lease/00000002.json").isPresent());
    }

    @Test
    public void aHolderOnAnotherMachineThatGivesASignIsAlive() throws IOException {
        write(1, elsewhere(3, false));
        asleep = () -> write(1, elsewhere(4, false));
        Lease.HeldException refused = Assert.expectThrows(Lease.HeldException.class, this::acquire);
        Assert.assertTrue(refused.getMessage().contains("process 17 on another-machine since now, label"));
    }

    @Test
    public void aHolderThatEndsWhileItIsWatchedIsNotWaitedFor() throws IOException {
        write(1, elsewhere(3, false));
        asleep = () -> write(1, elsewhere(4, true));
        acquire().close();
        Assert.assertTrue(nanos < Lease.PATIENCE.toNanos());
    }

    @Test
    public void aHolderOnThisMachineWhoseProcessIsGoneIsDeadAtOnce() throws IOException {
        Lease.Claim ours = Lease.Claim.ours("label");
        write(1, new Lease.Claim(ours.machine(), ours.process(), "another start", "label", "then", 9, false));
        acquire().close();
        Assert.assertEquals(nanos, 0);
    }

    @Test
    public void ofTwoWhoFoundItDeadOneTakesIt() throws IOException {
        write(1, elsewhere(3, false));
        asleep = () -> write(2, elsewhere(0, false));
        // The other one was faster, and is now watched in its turn; it gives no sign, so it is dead as well.
        acquire().close();
        Assert.assertTrue(storage.find("/s/.lease/00000003.json").isPresent());
    }

    @Test
    public void whatIsNoLeaseIsWaitedForAndPassed() throws IOException {
        storage.put("/s/.lease/00000001.json", Storage.Content.of(new byte[0]));
        acquire().close();
        Assert.assertTrue(nanos >= Lease.PATIENCE.toNanos());
    }

    @Test
    public void whoWasAsleepForTooLongIsTold() throws IOException {
        try (Lease lease = acquire()) {
            lease.check();
            nanos += Lease.PATIENCE.toNanos() + 1;
            Assert.expectThrows(IOException.class, lease::check);
        }
    }

    @Test
    public void aThousandRunsAskFewQuestions() throws IOException {
        for (int i = 1; i <= 300; i++) {
            storage.create(
                    String.format(java.util.Locale.ROOT, "/s/.lease/%08d.json", i),
                    elsewhere(1, true).bytes());
        }
        FaultyStorage counted = new FaultyStorage(storage);
        Lease.acquire(counted, "/s", Lease.Claim.ours("label"), time).close();
        Assert.assertTrue(storage.find("/s/.lease/00000301.json").isPresent());
        Assert.assertTrue(counted.requests() < 30, counted.requests() + " requests");
    }
}
