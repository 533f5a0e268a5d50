package dev.understudy.store;

/** One plane of a stack: {@code values[offset … offset + length)}, row by row. */
record BytePlane(byte[] values, int offset, int length) {}
