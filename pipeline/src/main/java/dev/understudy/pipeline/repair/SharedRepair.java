package dev.understudy.pipeline.repair;

import dev.understudy.conf.PathText;
import dev.understudy.files.DataException;
import dev.understudy.labeler.repair.PictureNetwork;
import dev.understudy.labeler.repair.RepairModel;
import dev.understudy.labeler.repair.RepairModelFile;
import java.io.IOException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** The repair that a job applies, read once a JVM. Safe for several threads. */
final class SharedRepair {
    private static @Nullable Key key;
    private static @Nullable Open open;

    private SharedRepair() {}

    /**
     * @param folder of the repair
     * @param digest that it must have
     * @param features weights of the network that sees pictures; null if none is asked
     */
    record Key(String folder, String digest, @Nullable String features) implements Serializable {}

    /** Safe for several threads; not the caller's to close. */
    record Open(RepairModel model, @Nullable PictureNetwork pictures) {}

    static synchronized Open open(Key wanted, int threads) throws IOException {
        Open now = open;
        if (now == null || !wanted.equals(key)) {
            close();
            RepairModel model =
                    RepairModelFile.read(PathText.parse(wanted.folder)).model();
            if (!model.digest().equals(wanted.digest)) {
                throw new DataException(wanted.folder + ": holds another repair than the job's; does every executor see"
                        + " the same folder?");
            }
            now = new Open(model, pictures(model, wanted, threads));
            open = now;
            key = wanted;
        }
        return now;
    }

    private static @Nullable PictureNetwork pictures(RepairModel model, Key wanted, int threads) {
        return model.needsFeatures() && wanted.features != null
                ? PictureNetwork.open(PathText.parse(wanted.features), threads)
                : null;
    }

    /** When a job of this JVM is over. */
    static synchronized void close() {
        Open now = open;
        open = null;
        key = null;
        if (now != null && now.pictures != null) {
            now.pictures.close();
        }
    }
}
