package dev.understudy.files.storage;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A storage as Java knows file systems. Two of one scheme and authority are equal, and so are their paths. */
final class StorageFileSystem extends FileSystem {
    private static final Pattern GLOB_PART = Pattern.compile("[^*?]+|[*?]");

    private final StorageProvider provider;
    private final @Nullable String authority;

    StorageFileSystem(StorageProvider provider, @Nullable String authority) {
        this.provider = provider;
        this.authority = authority;
    }

    static StoragePath own(Path path) {
        if (path instanceof StoragePath own) {
            return own;
        }
        throw new ProviderMismatchException(path + " is not of a storage with a URI");
    }

    Storage storage() {
        return provider.storage(authority);
    }

    /** How absolute paths begin: {@code s3a://bucket}. */
    String start() {
        return provider.getScheme() + "://" + (authority == null ? "" : authority);
    }

    @Nullable
    String authority() {
        return authority;
    }

    @Override
    public StorageProvider provider() {
        return provider;
    }

    /** Storages stay connected as long as the process lives. */
    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(getPath("/"));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic");
    }

    @Override
    public StoragePath getPath(String first, String... more) {
        StringBuilder text = new StringBuilder(first);
        for (String part : more) {
            if (!part.isEmpty()) {
                text.append(text.length() == 0 ? "" : "/").append(part);
            }
        }
        String whole = text.toString();
        String start = start();
        boolean own = whole.equals(start) || whole.startsWith(start + "/");
        return StoragePath.of(this, own ? "/" + whole.substring(start.length()) : whole);
    }

    /** Of globs, {@code *} and {@code ?} alone. */
    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        int colon = syntaxAndPattern.indexOf(':');
        String pattern = syntaxAndPattern.substring(colon + 1);
        if (syntaxAndPattern.startsWith("glob:")) {
            pattern = GLOB_PART
                    .matcher(pattern)
                    .replaceAll(part -> java.util.regex.Matcher.quoteReplacement(
                            switch (part.group()) {
                                case "*" -> "[^/]*";
                                case "?" -> "[^/]";
                                default -> Pattern.quote(part.group());
                            }));
        } else if (!syntaxAndPattern.startsWith("regex:")) {
            throw new UnsupportedOperationException(syntaxAndPattern);
        }
        Pattern compiled = Pattern.compile(pattern);
        return path -> compiled.matcher(path.toString()).matches();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("a storage's owners");
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("watching a storage");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StorageFileSystem that
                && provider.getScheme().equals(that.provider.getScheme())
                && Objects.equals(authority, that.authority);
    }

    @Override
    public int hashCode() {
        return start().hashCode();
    }
}
