package dev.understudy.dataset.imports.nyud;

import dev.understudy.dataset.imports.nyud.MatVersion73.MatErrors;
import dev.understudy.files.DataException;
import dev.understudy.files.Inflating;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Array;
import us.hebi.matlab.mat.types.Cell;
import us.hebi.matlab.mat.types.Char;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Sources;

/**
 * The numbers and words of a small MATLAB file of version 5 to 7. Structures, objects and the like are passed over.
 * Read as a whole; the file may have 16 MB and inflate to 64 MB.
 */
public final class MatVersion5 {
    private final Path path;
    private final MatFile file;

    private MatVersion5(Path path, MatFile file) {
        this.path = path;
        this.file = file;
    }

    /** @throws DataException if the file is missing, damaged, too large or of another version */
    public static MatVersion5 read(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new DataException(path + ": found no such file, expected a MATLAB file; check the path");
        }
        try {
            byte[] plain = new MatElements(path).plainFile();
            // The reader trusts counts and sizes that it finds, so it is given nothing but what has been checked.
            return new MatVersion5(path, Mat5.newReader(Sources.wrap(plain)).readMat());
        } catch (IOException | RuntimeException | AssertionError e) {
            if (e instanceof DataException known) {
                throw known;
            }
            throw new DataException(
                    path + ": found a damaged MATLAB file (" + MatErrors.firstLine(e)
                            + "), expected one of version 5 to 7; download it again",
                    e);
        }
    }

    public boolean has(String name) {
        for (MatFile.Entry entry : file.getEntries()) {
            if (entry.getName().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** All elements of a real matrix, column by column. */
    public double[] numbers(String name) {
        if (!(array(name) instanceof Matrix matrix)) {
            throw unexpected(name, "numbers");
        }
        double[] values = new double[matrix.getNumElements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = matrix.getDouble(i);
        }
        return values;
    }

    /** The words of a cell array of strings. */
    public List<String> words(String name) {
        if (!(array(name) instanceof Cell cell)) {
            throw unexpected(name, "a cell array of words");
        }
        List<String> words = new ArrayList<>();
        for (int i = 0; i < cell.getNumElements(); i++) {
            Array word = cell.get(i);
            if (!(word instanceof Char text) || text.getNumRows() > 1) {
                throw unexpected(name, "a cell array of words");
            }
            words.add(text.getNumElements() == 0 ? "" : text.getString());
        }
        return words;
    }

    private Array array(String name) {
        for (MatFile.Entry entry : file.getEntries()) {
            if (entry.getName().equals(name)) {
                return entry.getValue();
            }
        }
        throw new DataException(path + ": found no variable '" + name + "', expected one; is this the right file?");
    }

    private DataException unexpected(String name, String expected) {
        return new DataException(path + ": found something else in variable '" + name + "', expected " + expected
                + "; is this the right file?");
    }

    /**
     * Walks over a MATLAB file of version 5 before it is decoded: inflates it within bounds, checks that every size and
     * count is covered by bytes that are there, and leaves out what nobody asks for.
     *
     * <p>Format: MAT-File Level 5, as The MathWorks publish it. A header of 128 bytes, then elements of a type, a
     * length and data; those at the top are matrices, deflated or not.
     *
     * <p>MFL alone takes as much memory as a file says: of 0.5.15 a file of 184 bytes ended a JVM of 512 MB, and 1 MB
     * that inflates to 1 GB was inflated whole.
     */
    private static final class MatElements {
        private static final long MAX_FILE = 16 << 20;
        private static final int MAX_INFLATED = 64 << 20;
        private static final int HEADER = 128;
        private static final int SUBSYSTEM_OFFSET = 116;
        private static final int MATRIX = 14;
        private static final int COMPRESSED = 15;
        private static final int CELL_CLASS = 1;
        private static final int CHAR_CLASS = 4;
        private static final int FIRST_NUMBER_CLASS = 6;
        private static final int LAST_NUMBER_CLASS = 15;
        private static final int COMPLEX = 0x800;
        private static final int DEEPEST = 3;

        private final Path path;
        private ByteBuffer bytes = ByteBuffer.allocate(0);
        private int inflated;

        MatElements(Path path) {
            this.path = path;
        }

        /** @param data where its data starts. @param end of its data. @param next where the next element starts */
        private record Element(int type, int data, int end, int next) {
            int length() {
                return end - data;
            }
        }

        /** A file of the same version with what can be read of this one, not deflated. */
        byte[] plainFile() throws IOException {
            if (Files.size(path) > MAX_FILE) {
                throw damaged(Files.size(path) + " bytes, expected at most " + MAX_FILE);
            }
            byte[] file = Files.readAllBytes(path);
            if (file.length < HEADER) {
                throw damaged("no header");
            }
            ByteBuffer buffer = ByteBuffer.wrap(file);
            String order = new String(file, HEADER - 2, 2, java.nio.charset.StandardCharsets.ISO_8859_1);
            if (!order.equals("IM") && !order.equals("MI")) {
                throw damaged("no byte order");
            }
            ByteOrder byteOrder = order.equals("IM") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
            buffer.order(byteOrder);
            if (buffer.getShort(HEADER - 4) != 0x0100) {
                throw damaged(
                        String.format(Locale.ROOT, "version 0x%04x, expected 0x0100", buffer.getShort(HEADER - 4)));
            }
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            Arrays.fill(file, SUBSYSTEM_OFFSET, HEADER - 4, (byte) 0);
            plain.write(file, 0, HEADER);
            for (int at = HEADER; at < file.length; ) {
                bytes = buffer;
                Element element = element(at, file.length, false);
                at = element.next;
                if (element.type == COMPRESSED) {
                    bytes = ByteBuffer.wrap(inflate(file, element)).order(byteOrder);
                    element = element(0, bytes.capacity(), true);
                }
                if (isWanted(element, 0)) {
                    plain.writeBytes(ByteBuffer.allocate(8)
                            .order(byteOrder)
                            .putInt(MATRIX)
                            .putInt(element.length())
                            .array());
                    plain.write(bytes.array(), element.data, element.length());
                }
            }
            return plain.toByteArray();
        }

        private byte[] inflate(byte[] file, Element element) {
            try {
                byte[] plain = Inflating.atMost(file, element.data, element.length(), MAX_INFLATED - inflated);
                inflated += plain.length;
                return plain;
            } catch (DataFormatException e) {
                throw damaged("a deflated variable that " + e.getMessage(), e);
            }
        }

        private Element element(int at, int end, boolean padded) {
            if (end - at < 8) {
                throw damaged("the end of the file within an element");
            }
            int word = bytes.getInt(at);
            int shortLength = word >>> 16;
            if (shortLength != 0) {
                if (shortLength > 4) {
                    throw damaged("a short element of " + shortLength + " bytes");
                }
                return new Element(word & 0xFFFF, at + 4, at + 4 + shortLength, at + 8);
            }
            int length = bytes.getInt(at + 4);
            if (length < 0 || length > end - at - 8) {
                throw damaged(
                        "an element of " + Integer.toUnsignedLong(length) + " bytes where " + (end - at - 8) + " are");
            }
            int padding = padded ? -length & 7 : 0;
            return new Element(word, at + 8, at + 8 + length, Math.min(end, at + 8 + length + padding));
        }

        /**
         * Whether it is a matrix of numbers, of characters, or a cell array of such; all its sizes are checked if so.
         */
        private boolean isWanted(Element matrix, int depth) {
            if (matrix.type != MATRIX) {
                throw damaged("an element of type " + matrix.type + " where a matrix should be");
            }
            if (matrix.length() == 0) {
                return depth > 0;
            }
            Element flags = element(matrix.data, matrix.end, true);
            if (flags.length() != 8) {
                throw damaged("array flags of " + flags.length() + " bytes");
            }
            int kind = bytes.getInt(flags.data) & 0xFF;
            boolean number = kind >= FIRST_NUMBER_CLASS && kind <= LAST_NUMBER_CLASS;
            boolean complex = (bytes.getInt(flags.data) & COMPLEX) != 0;
            if (complex || !number && kind != CHAR_CLASS && kind != CELL_CLASS || depth == DEEPEST) {
                return false;
            }
            Element dimensions = element(flags.next, matrix.end, true);
            long count = count(dimensions);
            Element name = element(dimensions.next, matrix.end, true);
            return kind == CELL_CLASS
                    ? areWanted(matrix, name.next, count, depth + 1)
                    : isCovered(element(name.next, matrix.end, true), count, number);
        }

        private long count(Element dimensions) {
            long count = 1;
            for (int at = dimensions.data; at + 4 <= dimensions.end; at += 4) {
                count = bytes.getInt(at) < 0 ? Long.MAX_VALUE : Math.min(count * bytes.getInt(at), Integer.MAX_VALUE);
                if (count == Long.MAX_VALUE) {
                    throw damaged("a negative dimension");
                }
            }
            if (dimensions.length() < 8 || dimensions.length() % 4 != 0) {
                throw damaged("dimensions of " + dimensions.length() + " bytes");
            }
            return count;
        }

        private boolean areWanted(Element cell, int from, long count, int depth) {
            int at = from;
            for (long i = 0; i < count; i++) {
                Element nested = element(at, cell.end, true);
                if (!isWanted(nested, depth)) {
                    return false;
                }
                at = nested.next;
            }
            return true;
        }

        private boolean isCovered(Element data, long count, boolean number) {
            int size = switch (data.type) {
                case 1, 2, 16 -> 1;
                case 3, 4, 17 -> 2;
                case 5, 6, 7, 18 -> 4;
                case 9, 12, 13 -> 8;
                default -> throw damaged("data of type " + data.type);
            };
            // Characters may take several bytes each.
            if (number ? count * size != data.length() : count > data.length() || count == 0 && data.length() > 0) {
                throw damaged(count + " elements in " + data.length() + " bytes");
            }
            return true;
        }

        private DataException damaged(String found) {
            return damaged(found, null);
        }

        private DataException damaged(String found, @Nullable Throwable cause) {
            return new DataException(
                    path + ": found " + found
                            + ", which is no MATLAB file of version 5 to 7; check the path or download it again",
                    cause);
        }
    }
}
