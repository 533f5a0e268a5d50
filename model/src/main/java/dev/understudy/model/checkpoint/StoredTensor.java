package dev.understudy.model.checkpoint;

/**
 * A tensor as a pickle describes it: a view of a storage. Offsets, sizes and strides count elements and are not checked
 * yet.
 */
record StoredTensor(Storage storage, long offset, long[] sizes, long[] strides) {
    /**
     * A run of elements.
     *
     * @param key names the storage in its file
     * @param elements size of the whole storage
     * @param viewOffset where the tensor's part of it starts; 0 but for the stream format's views
     * @param viewElements size of that part
     */
    record Storage(TensorType type, String key, long elements, long viewOffset, long viewElements) {}
}
