/**
 * Files that several processes share: JSON that knows its own checksum, and locks that die with their holder. Start at
 * {@link dev.understudy.pipeline.registry.file.SealedJson} and {@link dev.understudy.pipeline.registry.file.FolderLock}.
 */
@NullMarked
package dev.understudy.pipeline.registry.file;

import org.jspecify.annotations.NullMarked;
