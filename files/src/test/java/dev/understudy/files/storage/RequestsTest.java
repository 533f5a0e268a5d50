package dev.understudy.files.storage;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class RequestsTest {
    private static final List<Integer> MANY = IntStream.range(0, 300).boxed().toList();

    private Scratch scratch;
    private Path there;

    @BeforeMethod
    public void open() throws IOException {
        scratch = Scratch.create();
        there = FakeStorages.add(new FolderStorage(scratch.resolve("disk")));
    }

    @AfterMethod
    public void close() throws IOException {
        scratch.close();
    }

    @Test
    public void answersComeInOrderHereAndThere() throws IOException {
        for (Path where : List.of(scratch.resolve("here"), there)) {
            List<Integer> taken = new ArrayList<>();
            Requests.inOrder(where, MANY, one -> 2 * one, (one, answer) -> {
                assertEquals(answer, Integer.valueOf(2 * one));
                taken.add(one);
            });
            assertEquals(taken, MANY);
        }
    }

    @Test
    public void allErrandsAreDoneWhenItReturns() throws IOException {
        for (Path where : List.of(scratch.resolve("here"), there)) {
            Set<Integer> done = ConcurrentHashMap.newKeySet();
            Requests.forEach(where, MANY, done::add);
            assertEquals(done.size(), MANY.size());
        }
    }

    /** Each waits for the other. */
    @Test
    public void errandsOfAStorageAreRunAtOnce() throws IOException {
        CountDownLatch both = new CountDownLatch(2);
        Requests.forEach(there, List.of(1, 2), one -> {
            both.countDown();
            try {
                assertTrue(both.await(60, TimeUnit.SECONDS), "the other one was not begun");
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
    }

    @Test
    public void aFailureIsTheCallers() {
        for (Path where : List.of(scratch.resolve("here"), there)) {
            IOException e = expectThrows(
                    IOException.class,
                    () -> Requests.forEach(where, MANY, one -> {
                        if (one == 70) {
                            throw new IOException("no " + one);
                        }
                    }));
            assertEquals(e.getMessage(), "no 70");
        }
    }
}
