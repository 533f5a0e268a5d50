package dev.understudy.model.checkpoint;

import dev.understudy.model.checkpoint.StateDict.StoredTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Makes dense tensors of strided views. A view that is contiguous stays a window onto its storage. Others are copied,
 * all together to at most twice the file's size, and all tensors together have at most eight times its size: thousands
 * of views of one storage are no way to fill the memory, here or where the tensors go.
 */
final class DenseTensors {
    /** Leaves room for the odd expanded buffer in a small file. */
    private static final int ALWAYS_ALLOWED = 1 << 16;

    private final ByteCursor file;
    private long copyBudget;
    private long budget;

    DenseTensors(ByteCursor file) {
        this.file = file;
        this.copyBudget = 2 * file.size() + ALWAYS_ALLOWED;
        this.budget = 8 * file.size() + ALWAYS_ALLOWED;
    }

    /** @param bytes the whole storage, at least */
    Tensor read(String name, StoredTensor stored, ByteBuffer bytes) {
        TensorType type = stored.storage().type();
        long[] sizes = stored.sizes();
        int length = Tensor.bytes(sizes, type)
                .orElseThrow(() -> failure(name, "has the sizes " + Arrays.toString(sizes) + ", which cannot be"));
        if (length == 0) {
            return new Tensor(sizes, type, ByteBuffer.allocate(0));
        }
        int first = firstElement(name, stored, bytes.remaining() / type.bytes());
        budget -= length;
        boolean isContiguous = isContiguous(stored);
        copyBudget -= isContiguous ? 0 : length;
        if (budget < 0 || copyBudget < 0) {
            throw failure(
                    name, "would take far more memory than the file has bytes: too many views of the same storage");
        }
        if (isContiguous) {
            return new Tensor(sizes, type, bytes.slice(bytes.position() + first * type.bytes(), length));
        }
        ByteBuffer dense = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        gather(stored, bytes.slice().order(ByteOrder.LITTLE_ENDIAN), first, dense);
        return new Tensor(sizes, type, dense.flip());
    }

    /** Checks that all elements lie in the storage's view and the view in the bytes that are there. */
    private int firstElement(String name, StoredTensor stored, long available) {
        StoredTensor.Storage storage = stored.storage();
        if (storage.elements() < 0 || storage.elements() > available) {
            throw failure(
                    name,
                    "has a storage of " + storage.elements() + " elements and " + available
                            + " are there; the file is damaged or cut off");
        }
        try {
            long last = stored.offset();
            for (int i = 0; i < stored.sizes().length; i++) {
                if (stored.strides()[i] < 0) {
                    throw new ArithmeticException("negative stride");
                }
                last = Math.addExact(last, Math.multiplyExact(stored.sizes()[i] - 1, stored.strides()[i]));
            }
            if (stored.offset() >= 0 && last < storage.viewElements()) {
                return (int) (storage.viewOffset() + stored.offset());
            }
        } catch (ArithmeticException e) {
            // Too large for any storage: told below.
        }
        throw failure(
                name,
                "with offset " + stored.offset() + ", sizes " + Arrays.toString(stored.sizes()) + " and strides "
                        + Arrays.toString(stored.strides()) + " reaches outside its storage of "
                        + storage.viewElements() + " elements; the file is damaged");
    }

    private static boolean isContiguous(StoredTensor stored) {
        long expected = 1;
        for (int i = stored.sizes().length - 1; i >= 0; i--) {
            if (stored.sizes()[i] != 1 && stored.strides()[i] != expected) {
                return false;
            }
            expected *= stored.sizes()[i];
        }
        return true;
    }

    private static void gather(StoredTensor stored, ByteBuffer from, long first, ByteBuffer dense) {
        long[] sizes = stored.sizes();
        long[] strides = stored.strides();
        long[] index = new long[sizes.length];
        int bytes = stored.storage().type().bytes();
        long at = first;
        while (true) {
            copy(bytes, from, (int) at * bytes, dense);
            int dimension = sizes.length - 1;
            while (dimension >= 0 && ++index[dimension] == sizes[dimension]) {
                index[dimension] = 0;
                at -= strides[dimension] * (sizes[dimension] - 1);
                dimension--;
            }
            if (dimension < 0) {
                return;
            }
            at += strides[dimension];
        }
    }

    private static void copy(int bytes, ByteBuffer from, int at, ByteBuffer to) {
        switch (bytes) {
            case 8 -> to.putLong(from.getLong(at));
            case 4 -> to.putInt(from.getInt(at));
            case 2 -> to.putShort(from.getShort(at));
            default -> to.put(from.get(at));
        }
    }

    private CheckpointException failure(String name, String problem) {
        return file.failure("tensor " + ByteCursor.quote(name) + " " + problem);
    }
}
