"""Writes a label store by docs/store-format.md alone, then reads one of Understudy's: write_store.py OUT OTHER."""

import hashlib
import json
import pathlib
import sys

import h5py
import numpy as np

W, H, C, K, SIZE = 5, 4, 3, 2, 3
FRAMES = ["rooms/0", "rooms/1", "hall/q", "hall/3"]
UNREADABLE = "hall/q"


def sha(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode("utf-8")).hexdigest()


def planes(frame):
    i = np.arange(W * H)
    classes = np.stack([(i + k + frame) % C for k in range(K)])
    if frame == 1:
        classes[:, 0] = 255
    return {
        "class": classes.astype(np.uint8).reshape(K, H, W),
        "probability": np.stack([200 - 150 * k - i % 7 for k in range(K)]).astype(np.uint8).reshape(K, H, W),
        "entropy": ((i * 11 + frame) % 256).astype(np.uint8).reshape(H, W),
        "agreement": np.where(i % 2 == 0, 128, 255).astype(np.uint8).reshape(H, W),
        "depth": (1 + i * 0.25 + frame).astype("<f4").reshape(H, W),
        "spread": (i * 0.125).astype("<f4").reshape(H, W),
    }


def histogram(values):
    counts = np.bincount(values.ravel(), minlength=256)
    levels = np.flatnonzero(counts)
    if len(levels) == 0:
        return {"from": 0, "counts": []}
    return {"from": int(levels[0]), "counts": counts[levels[0] : levels[-1] + 1].tolist()}


def summary(name, p):
    winner, sure = p["class"][0], p["probability"][0]
    return {
        "id": name,
        "width": W,
        "height": H,
        "segmentation": {
            "confidence": {str(c): histogram(sure[winner == c]) for c in np.unique(winner)},
            "entropy": histogram(p["entropy"]),
            "agreement": histogram(p["agreement"]),
        },
        "depth": {
            "min": float(p["depth"].min()),
            "max": float(p["depth"].max()),
            "mean": float(p["depth"].mean()),
            "meanSpread": float(p["spread"].mean()),
        },
    }


def compact(value):
    return json.dumps(value, separators=(",", ":")) + "\n"


def stored(file):
    return {"bytes": file.stat().st_size, "sha256": sha(file.read_bytes())}


def count(totals, p):
    totals["frames"] += 1
    totals["pixels"] += W * H
    totals["confidenceSum"] += int(p["probability"][0].astype(int).sum())
    for c, n in zip(*np.unique(p["class"][0], return_counts=True)):
        totals["classPixels"][str(c)] = totals["classPixels"].get(str(c), 0) + int(n)


def nothing():
    return {"frames": 0, "quarantined": 0, "pixels": 0, "classPixels": {}, "confidenceSum": 0}


def write(out):
    (out / "shards").mkdir(parents=True)
    (out / "quarantine").mkdir()
    shards = [FRAMES[i : i + SIZE] for i in range(0, len(FRAMES), SIZE)]
    hashes = [sha("".join(f"{f}\nrgb/{f}.png\n" for f in shard)) for shard in shards]
    plan = sha(f"shards of {SIZE}\n" + "".join(h + "\n" for h in hashes))
    parts = {
        "class map": "identity",
        "class space": "three (3)",
        "engine": "an engine 1.0, float32",
        "expert architecture": "somebody's",
        "expert checkpoint": "0f" * 32,
        "format version": "2",
        "preprocessing": "none – as it comes",
        "tasks": "[segmentation, depth]",
        "test-time views": "[whole, mirrored]",
        "top-k": "2",
    }
    fingerprint = sha("".join(f"{k}:{len(v.encode('utf-8'))}:{v}\n" for k, v in sorted(parts.items())))
    description = {
        "format": "understudy label store",
        "formatVersion": 2,
        "tasks": ["segmentation", "depth"],
        "classes": "three",
        "numberOfClasses": C,
        "ownClasses": [
            {"name": "one", "colour": [1, 2, 3]},
            {"name": "two", "colour": [4, 5, 6]},
            {"name": "three", "colour": [7, 8, 255]},
        ],
        "classMap": "identity",
        "knownClasses": [0, 1, 2],
        "expert": {"architecture": "somebody's", "checkpointSha256": "0f" * 32},
        "engine": "an engine 1.0, float32",
        "preprocessing": "none – as it comes",
        "views": ["whole", "mirrored"],
        "topK": K,
        "shardSize": SIZE,
        "plan": plan,
        "calibration": None,
        "derivation": None,
        "fingerprint": fingerprint,
    }
    (out / "store.json").write_text(json.dumps(description, indent=2, ensure_ascii=False), encoding="utf-8")
    records, sums = [], nothing()
    for ordinal, shard in enumerate(shards):
        name = f"{ordinal:06d}-{hashes[ordinal][:8]}"
        totals, lines, quarantine = nothing(), [], None
        h5, index = out / "shards" / (name + ".h5"), out / "shards" / (name + ".jsonl")
        with h5py.File(h5, "w") as file:
            file.attrs.update(format="understudy label shard", formatVersion=2, shard=name, fingerprint=fingerprint)
            for frame in shard:
                if frame == UNREADABLE:
                    quarantine = out / "quarantine" / (name + ".jsonl")
                    quarantine.write_text(
                        compact({"id": frame, "reason": "not a picture", "errorClass": "DataException"})
                    )
                    totals["quarantined"] += 1
                    continue
                p = planes(FRAMES.index(frame))
                group = file.create_group(frame.replace("/", ":"))
                for key, values in p.items():
                    group.create_dataset(
                        key,
                        data=values,
                        chunks=(H, W) if values.ndim == 2 else (1, H, W),
                        compression="gzip",
                        compression_opts=9,
                        shuffle=values.dtype == np.float32,
                    )
                lines.append(compact(summary(frame, p)))
                count(totals, p)
        index.write_text("".join(lines))
        record = compact(
            {
                "id": name,
                "ordinal": ordinal,
                "totals": totals,
                "evidence": stored(h5),
                "index": stored(index),
                "quarantine": quarantine and stored(quarantine),
            }
        )
        (out / "shards" / (name + ".json")).write_text(record)
        records.append(record)
        for key, value in totals.items():
            if key == "classPixels":
                for c, n in value.items():
                    sums[key][c] = sums[key].get(c, 0) + n
            else:
                sums[key] += value
    head = {
        "format": "understudy label store, complete",
        "formatVersion": 2,
        "fingerprint": fingerprint,
        "plan": plan,
        "shards": len(shards),
        "totals": sums,
    }
    (out / "_SUCCESS").write_text(compact(head) + "".join(records))


def read(store):
    """Finds every frame by the records, its planes by their names, and its sums in the index."""
    head, *records = [json.loads(line) for line in (store / "_SUCCESS").read_text().splitlines()]
    assert head["fingerprint"] == json.loads((store / "store.json").read_text(encoding="utf-8"))["fingerprint"]
    found = []
    for record in records:
        h5, index = (store / "shards" / (record["id"] + end) for end in (".h5", ".jsonl"))
        assert stored(h5) == record["evidence"] and stored(index) == record["index"], record["id"]
        with h5py.File(h5) as file:
            for line in map(json.loads, index.read_text().splitlines()):
                group = file[line["id"].replace("/", ":")]
                expected = planes(FRAMES.index(line["id"]))
                assert set(group) == set(expected), list(group)
                for key, values in expected.items():
                    assert group[key].dtype == values.dtype and np.array_equal(group[key][()], values), key
                counted = summary(line["id"], expected)["segmentation"]
                assert {key: line["segmentation"][key] for key in counted} == counted, line
                found.append(line["id"])
    assert found == [frame for frame in FRAMES if frame != UNREADABLE], found


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]))
    read(pathlib.Path(sys.argv[2]))
