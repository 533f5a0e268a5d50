package dev.understudy.files.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The contract, kept by the storage that other tests build on. */
public final class FolderStorageTest extends StorageContract {
    @Override
    protected Path freshFolder() throws IOException {
        return FakeStorages.add(
                new FolderStorage(Files.createTempDirectory("storage").resolve("files")));
    }
}
