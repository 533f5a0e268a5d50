package dev.understudy.labeler;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes TorchScript files as libtorch reads them: an archive with an object and its code. */
final class TorchScriptFile {
    private TorchScriptFile() {}

    /**
     * @param type of the result
     * @param result of {@code forward(x)}, an expression
     */
    static Path write(Path path, String type, String result) throws IOException {
        String code = "class Script(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
                + "  def forward(self: __torch__.Script,\n    x: Tensor) -> " + type + ":\n    return " + result + "\n";
        try (OutputStream file = Files.newOutputStream(path);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            store(
                    zip,
                    "data.pkl",
                    "\u0080\u0002c__torch__\nScript\n)\u0081}(X\u0008\u0000\u0000\u0000training\u0089ub.");
            store(zip, "code/__torch__.py", code);
            store(zip, "constants.pkl", "\u0080\u0002).");
            store(zip, "version", "3\n");
        }
        return path;
    }

    private static void store(ZipOutputStream zip, String name, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        ZipEntry entry = new ZipEntry("script/" + name);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCompressedSize(bytes.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
