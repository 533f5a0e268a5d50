"""Makes the small files beside this one that have the structure of the NYU Depth v2 ones.

    python3 make.py            (h5py 3.16, numpy 2.4)

labelled.mat: like nyu_depth_v2_labeled.mat (MATLAB 7.3): a 512-byte user block, superblock 0, symbol-table groups,
chunked and deflated arrays with dimensions reversed, cell arrays of references into #refs#. Six frames of 8 x 6 pixels:
frame f (from 0), row y, column x: image channel c = (40 f + 10 y + x + 80 c) mod 256, depth = 1 + f + y / 10 + x / 100,
rawDepth the same with 0 where (x + y) mod 3 = 0, label = (f + x + y) mod 6, of five classes.
hostile-*.mat: the same with one thing wrong.
wide.mat.gz: 120 frames of 640 x 480 in chunks of 8, 325 MB once inflated, without raw depth. All pixels of frame f are the
same: channel c = f + c, depth = 1 + f / 100, label = 1 + f mod 5. That deflates to next to nothing, twice over.
"""
import gzip
import os

import h5py
import numpy as np

FRAMES, WIDTH, HEIGHT = 6, 8, 6
NAMES = ["book", "bottle", "cabinet", "ceiling", "chair"]
SCENES = ["kitchen_0004", "kitchen_0004", "office_0003", "office_0003", "bedroom_0001", "bedroom_0001"]


def arrays():
    f, x, y = np.meshgrid(np.arange(FRAMES), np.arange(WIDTH), np.arange(HEIGHT), indexing="ij")
    images = np.stack([(40 * f + 10 * y + x + 80 * c) % 256 for c in range(3)], axis=1).astype(np.uint8)
    depths = (1 + f + y / 10 + x / 100).astype(np.float32)
    raw = np.where((x + y) % 3 == 0, 0, depths).astype(np.float32)
    labels = ((f + x + y) % 6).astype(np.uint16)
    return {"images": images, "depths": depths, "rawDepths": raw, "labels": labels}


def cells(file, name, words, column):
    refs = file.require_group("#refs#")
    made = []
    for i, word in enumerate(words):
        text = refs.create_dataset(f"{name}{i}", data=np.frombuffer(word.encode("utf-16-le"), np.uint16).reshape(-1, 1))
        text.attrs["MATLAB_class"] = np.bytes_("char")
        text.attrs["MATLAB_int_decode"] = np.int32(2)
        made.append(text.ref)
    shape = (1, len(words)) if column else (len(words), 1)
    cell = file.create_dataset(name, shape, dtype=h5py.ref_dtype)
    for i, ref in enumerate(made):
        cell[(0, i) if column else (i, 0)] = ref
    cell.attrs["MATLAB_class"] = np.bytes_("cell")


def make(path, change=lambda file, data: None, **chunks):
    with h5py.File(path, "w", userblock_size=512, libver="earliest") as file:
        data = arrays()
        change(file, data)
        for name, values in data.items():
            chunk = chunks.get(name, (2, *values.shape[1:-2], 5, 4))
            array = file.create_dataset(name, data=values, chunks=chunk, compression="gzip", compression_opts=3)
            array.attrs["MATLAB_class"] = np.bytes_({1: "uint8", 2: "uint16", 4: "single"}[values.dtype.itemsize])
        if "names" not in file:
            cells(file, "names", NAMES, column=False)
        scenes = (SCENES * len(data["labels"]))[: len(data["labels"])] if "labels" in data else SCENES
        cells(file, "scenes", scenes, column=True)
        cells(file, "sceneTypes", [scene[:-5] for scene in scenes], column=True)
    with open(path, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created for a test".ljust(124) + b"\x00\x02IM")


def external(file, data):
    del data["images"]
    file["images"] = h5py.ExternalLink("/etc/passwd", "/images")


def soft(file, data):
    file["real"] = data.pop("labels")
    file["labels"] = h5py.SoftLink("/real")


def huge(file, data):
    del data["depths"]
    file.create_dataset("depths", (FRAMES, 2**31 - 1, 2**31 - 1), "<f4", chunks=(1, 64, 64), compression="gzip")


def bomb(file, data):
    labels = data.pop("labels")
    array = file.create_dataset("labels", data=labels, chunks=(1, WIDTH, HEIGHT), compression="gzip")
    import zlib

    array.id.write_direct_chunk((0, 0, 0), zlib.compress(bytes(20_000_000), 9))


def other_filter(file, data):
    file.create_dataset("images", data=data.pop("images"), chunks=(1, 3, WIDTH, HEIGHT), compression="lzf")


def many_names(file, data):
    file.create_dataset("names", (1, 2**31 - 1), dtype=h5py.ref_dtype, chunks=(1, 1024))


def numbers_for_names(file, data):
    file.create_dataset("names", data=np.arange(5.0).reshape(5, 1))


def other_type(file, data):
    data["depths"] = data["depths"].astype(np.uint16)


def wide(file, data):
    del data["rawDepths"]
    f = np.arange(120)
    data["images"] = np.broadcast_to((f[:, None] + np.arange(3))[:, :, None, None], (120, 3, 640, 480)).astype(np.uint8)
    data["depths"] = np.broadcast_to((1 + f / 100)[:, None, None], (120, 640, 480)).astype(np.float32)
    data["labels"] = np.broadcast_to((1 + f % 5)[:, None, None], (120, 640, 480)).astype(np.uint16)


def make_wide():
    make("wide.mat", wide, images=(8, 3, 640, 480), depths=(8, 640, 480), labels=(8, 640, 480))
    with open("wide.mat", "rb") as plain, open("wide.mat.gz", "wb") as out:
        with gzip.GzipFile("", "wb", 9, out, 0) as deflated:
            deflated.write(plain.read())
    os.remove("wide.mat")


make("labelled.mat")
make("one-chunk.mat", images=(6, 1, 8, 6), depths=(1, 8, 6), rawDepths=(4, 3, 6), labels=(6, 8, 2))
for hostile in (external, soft, huge, bomb, other_filter, many_names, numbers_for_names, other_type):
    make(f"hostile-{hostile.__name__.replace('_', '-')}.mat", hostile)
make_wide()
