package dev.understudy.files;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;

import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.testng.annotations.Test;

public class ProgramBuildTest {
    /** A class of a module {@code files}, loaded from a folder or a JAR that has one resource more. */
    private static String build(Path place, String resource, boolean jar) throws Exception {
        String name = DataException.class.getName().replace('.', '/') + ".class";
        byte[] code;
        try (InputStream in = DataException.class.getResourceAsStream("DataException.class")) {
            code = in.readAllBytes();
        }
        if (jar) {
            try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(place))) {
                for (String entry : List.of("dev/understudy/files/words.txt", name, "other/words.txt")) {
                    out.putNextEntry(new ZipEntry(entry));
                    out.write(entry.equals(name) ? code : resource.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                }
            }
        } else {
            Path file = place.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, code);
            Files.writeString(file.resolveSibling("words.txt"), resource);
        }
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {place.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            return ProgramBuild.of(List.of(loader.loadClass(DataException.class.getName())));
        }
    }

    @Test
    public void isTheSameForTheSameFilesWhereverTheyLie() throws Exception {
        List<Path> places = new ArrayList<>();
        try {
            Path one = Scratch.folder("build");
            Path two = Scratch.file("build", ".jar");
            Path three = Scratch.folder("build");
            places.addAll(List.of(one, two, three));
            String first = build(one, "a", false);
            assertEquals(build(two, "a", true), first);
            assertNotEquals(build(three, "b", false), first);
        } finally {
            for (Path place : places) {
                Scratch.delete(place);
            }
        }
    }

    @Test
    public void ofItselfIsTheSameTwice() {
        assertEquals(ProgramBuild.of(List.of(Sha256.class)), ProgramBuild.of(List.of(AtomicFile.class)));
    }
}
