package dev.understudy.dataset.imports;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.classes.ClassMap;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.signs.LabelSigns;
import dev.understudy.files.DataException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Stored label values → class indices, as the options say; tells what does not fit. */
final class LabelRecoding {
    private final ClassSpace stored;
    private final ClassMap map;
    private final boolean[] noClass = new boolean[256];
    private final boolean means255;
    private final LabelSigns signs;

    LabelRecoding(ListImportOptions options, ClassSpace space) {
        String from = options.labelsIn();
        this.signs = new LabelSigns(space);
        this.means255 = options.means255();
        this.stored = from == null ? space : ClassSpace.load(from);
        ClassMap toSpace = stored.mapTo(space);
        int[] table = new int[256];
        for (int value = 0; value < table.length; value++) {
            int index = value;
            if (options.ignore().contains(value)) {
                index = LabelMap.IGNORE;
            } else if (!options.labelMap().isEmpty()) {
                index = options.labelMap().getOrDefault(value, LabelMap.IGNORE);
            }
            noClass[value] = index >= stored.size() && index != LabelMap.IGNORE;
            table[value] = toSpace.apply(index);
        }
        options.labelMap().forEach(this::check);
        map = new ClassMap(table);
    }

    private void check(int value, int index) {
        if (index >= stored.size() && index != LabelMap.IGNORE) {
            throw new ConfigurationException("the label map makes " + value + " class " + index + ", expected 0–"
                    + (stored.size() - 1) + " of " + stored.name() + " or 255 for ignore");
        }
    }

    /** @throws DataException that names {@code file} and the first value that is no class */
    LabelMap apply(Path file, LabelMap labels, @Nullable String split) {
        for (int i = 0; i < labels.classes().length; i++) {
            if (noClass[labels.classAt(i)]) {
                throw new DataException(file + ": found label " + labels.classAt(i) + " at pixel x "
                        + i % labels.width() + ", y " + i / labels.width() + ", expected 0–" + (stored.size() - 1)
                        + " of " + stored.name()
                        + "; name the values without a label by --ignore, or give a label map");
            }
        }
        LabelMap recoded = map.apply(labels);
        count(labels, recoded, split);
        return recoded;
    }

    /** Of what has no label only what nobody said so of: a stored 255. */
    private void count(LabelMap labels, LabelMap recoded, @Nullable String split) {
        long[] mine = new long[256];
        for (int i = 0; i < labels.classes().length; i++) {
            int index = recoded.classAt(i);
            if (index != LabelMap.IGNORE || labels.classAt(i) == LabelMap.IGNORE) {
                mine[index]++;
            }
        }
        signs.add(split, mine);
    }

    /** Tells what the labels as a whole look like. */
    void tell(Remarks remarks) {
        if (!means255) {
            signs.warnings().forEach(remarks::warn);
        }
        signs.notes().forEach(remarks::note);
    }
}
