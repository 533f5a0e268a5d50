/**
 * Storage that is not the local disk: HDFS, S3 and what else has a URI. {@link dev.understudy.files.storage.Storage}
 * says what this program needs of one, which is little: reading, a file that appears whole, and a name that only one
 * can make.
 *
 * <p>Whoever reads goes by {@link java.nio.file.Path} and {@link java.nio.file.Files} alone, as on the local disk:
 * {@link dev.understudy.files.storage.StorageProvider} makes paths of a storage's names. Whoever publishes asks
 * {@link dev.understudy.files.storage.Storage#of} whether a path is of a storage, because there is no rename there to
 * rely on, and no lock. A new storage is a {@code Storage} and a provider for its scheme, listed in {@code
 * META-INF/services/java.nio.file.spi.FileSystemProvider}.
 */
@NullMarked
package dev.understudy.files.storage;

import org.jspecify.annotations.NullMarked;
