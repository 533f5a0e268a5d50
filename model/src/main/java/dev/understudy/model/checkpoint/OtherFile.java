package dev.understudy.model.checkpoint;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** What a file is that is no checkpoint, and what to do about it: mistakes of downloading and packing are common. */
final class OtherFile {
    private static final int SHOWN = 16;
    private static final int TAR_SIGNATURE = 257;

    /** A file's first bytes, as hexadecimal digits. */
    private record Signature(String start, String words) {}

    private static final List<Signature> SIGNATURES = List.of(
            new Signature("1f8b", "is compressed by gzip: unpack it with gunzip, or tar -xzf if it is a .tar.gz"),
            new Signature("425a68", "is compressed by bzip2: unpack it with bunzip2"),
            new Signature("fd377a585a00", "is compressed by xz: unpack it with unxz"),
            new Signature("28b52ffd", "is compressed by zstd: unpack it with unzstd"),
            new Signature("377abcaf271c", "is a 7z archive: unpack it, and name the checkpoint in it"),
            new Signature("526172211a07", "is a rar archive: unpack it, and name the checkpoint in it"),
            new Signature(
                    "894844460d0a1a0a", "is HDF5, as Keras writes it: save the weights as PyTorch or safetensors"),
            new Signature("934e554d5059", "is a NumPy array: save all tensors with torch.save or safetensors"),
            new Signature("47475546", "is GGUF, which holds language models"),
            new Signature("89504e47", "is a picture"),
            new Signature("ffd8ff", "is a picture"));

    private OtherFile() {}

    static String inWords(ByteCursor file) {
        if (file.size() == 0) {
            return "is empty";
        }
        long length = Math.min(SHOWN, file.size());
        byte[] start = file.within(0, length, "start").array(length, "start");
        String hex = HexFormat.of().formatHex(start);
        for (Signature signature : SIGNATURES) {
            if (hex.startsWith(signature.start)) {
                return signature.words;
            }
        }
        if (isTar(file)) {
            return "is a tar archive: unpack it with tar -xf, and name the checkpoint in it";
        }
        String text = new String(start, StandardCharsets.UTF_8);
        String begins = (text.startsWith("\uFEFF") ? text.substring(1) : text).stripLeading();
        if (begins.startsWith("version https:")) {
            return "is a Git LFS pointer, run git lfs pull";
        } else if (begins.startsWith("<")) {
            return "is a web page, so the download failed";
        } else if (begins.startsWith("{") || begins.startsWith("[")) {
            return "is JSON, perhaps a configuration: name the weights beside it";
        }
        return "starts with the bytes " + hex;
    }

    private static boolean isTar(ByteCursor file) {
        return file.size() >= TAR_SIGNATURE + 5
                && new String(
                                file.within(TAR_SIGNATURE, 5, "signature").array(5, "signature"),
                                StandardCharsets.US_ASCII)
                        .equals("ustar");
    }
}
