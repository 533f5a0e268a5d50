package dev.understudy.cli.label;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/** Rendered rooms and a student that labels them. */
public abstract class LabelledRooms {
    Scratch scratch;
    Path rooms;
    Path student;

    @BeforeClass
    public void renderRooms() throws IOException {
        scratch = Scratch.create();
        rooms = scratch.resolve("rooms");
        student = scratch.resolve("student.pth");
        Students.write(student, 40, 5, Task.SEGMENTATION, Task.DEPTH);
        CommandLineRun.render("rooms", "64x48", 2, 9, rooms);
    }

    @AfterClass
    public void removeRooms() throws IOException {
        scratch.close();
    }

    /** The undamaged store that tests compare with, and leave alone. */
    Path labelOnce(String name) {
        Path store = scratch.resolve(name);
        return Files.exists(store.resolve("_SUCCESS")) ? store : label(name, "local[2]");
    }

    static Object[] with(Object[] arguments, Object... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray();
    }

    Path label(String name, String master) {
        Path store = scratch.resolve(name);
        CommandLineRun.done(arguments(rooms, store, master));
        return store;
    }

    Object[] arguments(Path manifest, Path store, String master) {
        return new Object[] {
            "label",
            "--expert",
            "mt-lw-refinenet",
            "--checkpoint",
            student,
            "--manifest",
            manifest,
            "--store",
            store,
            "--master",
            master,
            "--set",
            "shardSize=2"
        };
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
