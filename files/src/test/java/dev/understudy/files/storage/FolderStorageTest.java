package dev.understudy.files.storage;

import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Path;

/** The contract, kept by the storage that other tests build on. */
public final class FolderStorageTest extends StorageContract {
    @Override
    protected Path freshFolder() throws IOException {
        return FakeStorages.add(new FolderStorage(Scratch.folder("storage").resolve("files")));
    }
}
