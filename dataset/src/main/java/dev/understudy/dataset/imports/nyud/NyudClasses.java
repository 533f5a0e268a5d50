package dev.understudy.dataset.imports.nyud;

import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.imports.matlab.MatVersion5;
import dev.understudy.files.DataException;
import java.nio.file.Path;
import java.util.List;

/** From the classes of the labelled file, counted from 1, to nyud40, counted from 0; 0 means no label. */
final class NyudClasses {
    private static final int CLASSES = 40;

    private final Path file;
    private final byte[] table;
    private final List<String> names;

    private NyudClasses(Path file, byte[] table, List<String> names) {
        this.file = file;
        this.table = table;
        this.names = names;
    }

    static NyudClasses read(Path file) {
        MatVersion5 mat = MatVersion5.read(file);
        double[] map = mat.numbers("mapClass");
        byte[] table = new byte[map.length + 1];
        table[0] = (byte) LabelMap.IGNORE;
        for (int i = 0; i < map.length; i++) {
            int to = (int) map[i];
            if (to != map[i] || to < 1 || to > CLASSES) {
                throw new DataException(file + ": found class " + (i + 1) + " mapped to " + map[i] + ", expected 1–"
                        + CLASSES + "; is this classMapping40.mat?");
            }
            table[i + 1] = (byte) (to - 1);
        }
        return new NyudClasses(file, table, mat.has("allClassName") ? mat.words("allClassName") : List.of());
    }

    /** @throws DataException if the labelled file counts other classes than the mapping does */
    void check(Path labelled, List<String> itsNames) {
        if (itsNames.size() != table.length - 1) {
            throw new DataException(labelled + ": found " + itsNames.size() + " class names, expected the "
                    + (table.length - 1) + " that " + file + " maps; use the files of one release");
        }
        for (int i = 0; i < names.size() && i < itsNames.size(); i++) {
            if (!names.get(i).equals(itsNames.get(i))) {
                throw new DataException(labelled + ": found class " + (i + 1) + " called '" + itsNames.get(i)
                        + "', expected '" + names.get(i) + "' as in " + file + "; use the files of one release");
            }
        }
    }

    /** @param label 0–65535. @return 0–39, 255, or −1 if there is no such class */
    int nyud40(int label) {
        return label < table.length ? table[label] & 0xFF : -1;
    }
}
