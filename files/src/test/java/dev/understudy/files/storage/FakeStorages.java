package dev.understudy.files.storage;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** {@code fake://<any>/}: storages of tests, by the name that {@link #add} gave them. */
public final class FakeStorages extends StorageProvider {
    private static final Map<String, Storage> STORAGES = new ConcurrentHashMap<>();

    public FakeStorages() {
        super("fake");
    }

    /** Makes a storage known in this JVM. @return its root */
    public static Path add(Storage storage) {
        String authority = "a" + UUID.randomUUID();
        STORAGES.put(authority, storage);
        return new StorageFileSystem(new FakeStorages(), authority).getPath("/");
    }

    @Override
    protected Storage storage(@Nullable String authority) {
        return Objects.requireNonNull(STORAGES.get(String.valueOf(authority)), "fake://" + authority);
    }
}
