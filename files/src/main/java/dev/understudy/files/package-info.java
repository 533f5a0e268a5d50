/**
 * Files that appear whole or not at all, and their checksums. Start at
 * {@link dev.understudy.files.AtomicFile}; every file that this program writes goes through it.
 *
 * <p>Files that several processes share: {@link dev.understudy.files.SealedJson} knows its own checksum, and {@link
 * dev.understudy.files.FolderLock} dies with its holder.
 */
@NullMarked
package dev.understudy.files;

import org.jspecify.annotations.NullMarked;
