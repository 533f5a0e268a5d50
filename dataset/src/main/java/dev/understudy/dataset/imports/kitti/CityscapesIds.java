package dev.understudy.dataset.imports.kitti;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.classes.ClassMap;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import java.nio.file.Path;
import java.util.Arrays;

/** From Cityscapes' label ids, 0–33, through its 19 training ids, to a class space. */
final class CityscapesIds {
    /** By training id, in the order of the class space cityscapes19: the label id. */
    private static final int[] LABEL_IDS = {7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33};

    private static final int LAST_ID = 33;

    private final ClassSpace space;
    private final ClassMap map;

    /** @throws ConfigurationException if there is no such space, or no way to it from cityscapes19 */
    CityscapesIds(String classes) {
        space = ClassSpace.load(classes);
        if (space.isJoint()) {
            throw new ConfigurationException("class space " + classes
                    + " is a joint one, into which no data set can be imported; import KITTI as kitti6 and merge");
        }
        ClassMap trained = ClassSpace.load("cityscapes19").mapTo(space);
        int[] table = new int[LAST_ID + 1];
        Arrays.fill(table, LabelMap.IGNORE);
        for (int i = 0; i < LABEL_IDS.length; i++) {
            table[LABEL_IDS[i]] = trained.apply(i);
        }
        map = new ClassMap(table);
    }

    ClassSpace space() {
        return space;
    }

    /** @throws DataException if a value is no label id; 255 is taken for none */
    LabelMap apply(Path file, LabelMap ids) {
        for (int i = 0; i < ids.classes().length; i++) {
            int id = ids.classAt(i);
            if (id > LAST_ID && id != LabelMap.IGNORE) {
                throw new DataException(
                        file + ": found label id " + id + " at pixel x " + i % ids.width() + ", y " + i / ids.width()
                                + ", expected Cityscapes' 0–" + LAST_ID + "; is this KITTI's 'semantic' folder?");
            }
        }
        return map.apply(ids);
    }
}
