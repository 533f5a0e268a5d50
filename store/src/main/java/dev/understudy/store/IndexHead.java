package dev.understudy.store;

/** The start of an index line: what must be known of a frame to find and read its planes. */
record IndexHead(String id, int width, int height) {}
