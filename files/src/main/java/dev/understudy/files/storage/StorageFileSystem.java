package dev.understudy.files.storage;

import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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

    /**
     * A path in a storage. An absolute one reads as its URI, unescaped ({@code s3a://bucket/a b}), so that its text
     * leads back to it on any machine; there is no working directory, and a relative one is taken as relative to the
     * root.
     */
    static final class StoragePath implements Path {
        private final StorageFileSystem files;
        private final boolean absolute;
        private final List<String> names;

        private StoragePath(StorageFileSystem files, boolean absolute, List<String> names) {
            this.files = files;
            this.absolute = absolute;
            this.names = names;
        }

        static StoragePath of(StorageFileSystem files, String text) {
            if (text.indexOf('\0') >= 0) {
                throw new InvalidPathException(text.replace('\0', ' '), "a path without NUL was expected");
            }
            List<String> names = Arrays.stream(text.split("/"))
                    .filter(name -> !name.isEmpty())
                    .toList();
            boolean absolute = text.startsWith("/");
            return new StoragePath(files, absolute, names.isEmpty() && !absolute ? List.of("") : names);
        }

        /** What the storage calls it. */
        String name() {
            return "/" + String.join("/", normalize().names);
        }

        private StoragePath with(boolean isAbsolute, List<String> parts) {
            return new StoragePath(
                    files, isAbsolute, parts.isEmpty() && !isAbsolute ? List.of("") : List.copyOf(parts));
        }

        private boolean isEmpty() {
            return !absolute && names.size() == 1 && names.get(0).isEmpty();
        }

        @Override
        public StorageFileSystem getFileSystem() {
            return files;
        }

        @Override
        public boolean isAbsolute() {
            return absolute;
        }

        @Override
        public @Nullable Path getRoot() {
            return absolute ? with(true, List.of()) : null;
        }

        @Override
        public @Nullable Path getFileName() {
            return names.isEmpty() ? null : with(false, names.subList(names.size() - 1, names.size()));
        }

        @Override
        public @Nullable Path getParent() {
            if (names.size() > 1) {
                return with(absolute, names.subList(0, names.size() - 1));
            }
            return names.isEmpty() ? null : getRoot();
        }

        @Override
        public int getNameCount() {
            return names.size();
        }

        @Override
        public Path getName(int index) {
            if (index < 0 || index >= names.size()) {
                throw new IllegalArgumentException("name " + index + " of " + this);
            }
            return with(false, names.subList(index, index + 1));
        }

        @Override
        public Path subpath(int from, int to) {
            if (from < 0 || to > names.size() || from >= to) {
                throw new IllegalArgumentException("names " + from + " to " + to + " of " + this);
            }
            return with(false, names.subList(from, to));
        }

        @Override
        public boolean startsWith(Path other) {
            return other instanceof StoragePath that
                    && that.files.equals(files)
                    && that.absolute == absolute
                    && that.names.size() <= names.size()
                    && names.subList(0, that.names.size()).equals(that.names);
        }

        @Override
        public boolean endsWith(Path other) {
            if (!(other instanceof StoragePath that) || !that.files.equals(files) || that.names.size() > names.size()) {
                return false;
            }
            int from = names.size() - that.names.size();
            return names.subList(from, names.size()).equals(that.names) && (!that.absolute || absolute && from == 0);
        }

        @Override
        public StoragePath normalize() {
            if (!names.contains(".") && !names.contains("..")) {
                return this;
            }
            List<String> kept = new ArrayList<>();
            for (String name : names) {
                boolean up = name.equals("..");
                if (up && !kept.isEmpty() && !kept.get(kept.size() - 1).equals("..")) {
                    kept.remove(kept.size() - 1);
                } else if (!name.equals(".") && !(up && absolute)) {
                    kept.add(name);
                }
            }
            return with(absolute, kept);
        }

        @Override
        public Path resolve(Path other) {
            StoragePath that = StorageFileSystem.own(other);
            if (that.absolute || isEmpty()) {
                return that;
            }
            if (that.isEmpty()) {
                return this;
            }
            List<String> joined = new ArrayList<>(names);
            joined.addAll(that.names);
            return with(absolute, joined);
        }

        @Override
        public Path relativize(Path other) {
            StoragePath that = StorageFileSystem.own(other);
            if (that.absolute != absolute || !that.files.equals(files)) {
                throw new IllegalArgumentException("'" + other + "' has no way from '" + this + "'");
            }
            List<String> from = isEmpty() ? List.of() : names;
            int common = 0;
            while (common < from.size()
                    && common < that.names.size()
                    && from.get(common).equals(that.names.get(common))) {
                common++;
            }
            List<String> way = new ArrayList<>(Collections.nCopies(from.size() - common, ".."));
            way.addAll(that.names.subList(common, that.names.size()));
            return with(false, way);
        }

        @Override
        public URI toUri() {
            try {
                return new URI(files.provider().getScheme(), files.authority(), name(), null, null);
            } catch (URISyntaxException e) {
                throw new IllegalStateException(this + " has no URI", e);
            }
        }

        @Override
        public Path toAbsolutePath() {
            return absolute ? this : with(true, isEmpty() ? List.of() : names);
        }

        /** There are no links, so this asks nobody, not even whether the file is there. */
        @Override
        public Path toRealPath(LinkOption... options) {
            return ((StoragePath) toAbsolutePath()).normalize();
        }

        @Override
        public File toFile() {
            throw new UnsupportedOperationException(this + " is not a file of this machine");
        }

        @Override
        public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
            throw new UnsupportedOperationException("watching a storage");
        }

        @Override
        public int compareTo(Path other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof StoragePath that
                    && absolute == that.absolute
                    && names.equals(that.names)
                    && files.equals(that.files);
        }

        @Override
        public int hashCode() {
            return 31 * names.hashCode() + files.hashCode();
        }

        @Override
        public String toString() {
            String path = String.join("/", names);
            return absolute ? files.start() + "/" + path : path;
        }
    }
}
