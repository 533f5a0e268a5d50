package dev.understudy.dataset.imports.matlab;

import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
}
