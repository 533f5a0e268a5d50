"""Reads exported labels with the packages of those who made the formats.

label_interop.py FOLDER: FOLDER has coco/labels.json, shards/*.tar, cvat/labels.zip and plain/labels/ID.png, the labels that
each of them must give. Fails where one gives another.
"""
import glob
import io
import json
import pathlib
import sys
import zipfile

import numpy
from PIL import Image

folder = pathlib.Path(sys.argv[1])
plain = {
    str(file.relative_to(folder / "plain/labels"))[: -len(".png")].replace("\\", "/"): numpy.array(Image.open(file))
    for file in sorted((folder / "plain/labels").rglob("*.png"))
}
assert plain


def same(what, frame, labels):
    assert labels.shape == plain[frame].shape, (what, frame, labels.shape)
    assert (labels == plain[frame]).all(), (what, frame, int((labels != plain[frame]).sum()))


def provenance(made):
    assert set(made) == {"store", "expert", "policy", "reliability"}, made


def coco():
    from pycocotools.coco import COCO

    file = COCO(str(folder / "coco/labels.json"))
    provenance(file.dataset["info"]["understudy"])
    for image in file.loadImgs(file.getImgIds()):
        labels = numpy.full((image["height"], image["width"]), 255, numpy.uint8)
        for segment in file.loadAnns(file.getAnnIds(imgIds=image["id"])):
            mask = file.annToMask(segment) > 0
            assert mask.sum() == segment["area"], segment["id"]
            rows, columns = numpy.nonzero(mask)
            box = [columns.min(), rows.min(), numpy.ptp(columns) + 1, numpy.ptp(rows) + 1]
            assert box == segment["bbox"], segment["id"]
            labels[mask] = segment["category_id"] - 1
        same("coco", image["frame"], labels)
    return len(file.getImgIds())


def shards():
    import webdataset

    count = 0
    for sample in webdataset.WebDataset(sorted(glob.glob(str(folder / "shards/*.tar"))), shardshuffle=False):
        frame = json.loads(sample["json"])
        labels = numpy.array(Image.open(io.BytesIO(sample["labels.png"])))
        same("webdataset", frame["id"], labels)
        weights = numpy.array(Image.open(io.BytesIO(sample["weights.png"])))
        assert ((weights == 0) == (labels == 255)).all(), frame["id"]
        assert Image.open(io.BytesIO(sample["png"])).size == labels.shape[::-1]
        assert Image.open(io.BytesIO(sample["depth.png"])).size == labels.shape[::-1]
        provenance(frame["made"])
        count += 1
    return count


def cvat():
    from datumaro.components.annotation import AnnotationType
    from datumaro.components.dataset import Dataset

    with zipfile.ZipFile(folder / "cvat/labels.zip") as archive:
        archive.extractall(folder / "cvat/unpacked")
    provenance(json.loads((folder / "cvat/unpacked/understudy/made.json").read_text()))
    dataset = Dataset.import_from(str(folder / "cvat/unpacked"), "voc_segmentation")
    names = [label.name for label in dataset.categories()[AnnotationType.label]]
    classes = json.loads((folder / "coco/labels.json").read_text())["categories"]
    meaning = {category["name"]: category["id"] - 1 for category in classes}
    count = 0
    for item in dataset:
        labels = numpy.full(plain[item.id].shape, 255, numpy.uint8)
        for annotation in item.annotations:
            if annotation.type == AnnotationType.mask and names[annotation.label] in meaning:
                labels[annotation.image > 0] = meaning[names[annotation.label]]
        same("cvat", item.id, labels)
        weights = numpy.array(Image.open(folder / "cvat/unpacked/understudy/weights" / (item.id + ".png")))
        assert ((weights == 0) == (labels == 255)).all(), item.id
        count += 1
    return count


for read in (coco, shards, cvat):
    assert read() == len(plain), read.__name__
    print(read.__name__, len(plain))
