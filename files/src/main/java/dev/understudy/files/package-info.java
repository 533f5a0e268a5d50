/**
 * Files that appear whole or not at all, and their checksums. Start at
 * {@link dev.understudy.files.AtomicFile}; every file that this program writes goes through it.
 */
@NullMarked
package dev.understudy.files;

import org.jspecify.annotations.NullMarked;
