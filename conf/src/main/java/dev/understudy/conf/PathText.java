package dev.understudy.conf;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path as a user writes it, or as one machine tells it to another: a plain one is of the local disk, and so is one
 * with {@code file:}; any other scheme ({@code s3a://bucket/frames}) is of the storage that has it. What a path prints
 * as text leads back to it.
 */
public final class PathText {
    /** Two letters at least, since one is a drive of Windows. */
    private static final Pattern URI_FORM = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+)://([^/]*)(/.*)?");

    /** Since to look for who knows a scheme takes longer than a path for each frame may. */
    private static final Map<URI, FileSystem> KNOWN = new ConcurrentHashMap<>();

    private PathText() {}

    /**
     * @throws InvalidPathException if it cannot be a path
     * @throws ConfigurationException if nothing is known by its scheme
     */
    public static Path parse(String text) {
        Matcher uri = URI_FORM.matcher(text);
        if (!uri.matches()) {
            return Path.of(text);
        }
        String scheme = uri.group(1);
        String path = uri.group(3) == null ? "/" : uri.group(3);
        if (scheme.equalsIgnoreCase("file")) {
            return Path.of(path);
        }
        try {
            String authority = uri.group(2).isEmpty() ? null : uri.group(2);
            URI root = new URI(scheme, authority, "/", null, null);
            FileSystem files = KNOWN.get(root);
            if (files == null) {
                files = FileSystems.newFileSystem(root, Map.of(), PathText.class.getClassLoader());
                KNOWN.put(root, files);
            }
            return files.getPath(path);
        } catch (URISyntaxException e) {
            throw new InvalidPathException(text, String.valueOf(e.getReason()));
        } catch (ProviderNotFoundException | FileSystemNotFoundException | IOException e) {
            throw new ConfigurationException(
                    text + ": no storage is known by '" + scheme
                            + "'; expected a path of this machine, or hdfs://, s3a://, gs:// or abfs://",
                    e);
        }
    }

    /** As {@link #parse}; relative to {@code folder} if it is plain and relative. */
    public static Path resolve(Path folder, String text) {
        return URI_FORM.matcher(text).matches() ? parse(text) : folder.resolve(text);
    }
}
