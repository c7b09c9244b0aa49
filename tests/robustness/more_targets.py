"""More that is fuzzed: patch images, models of previews and similarity, indexes of irregular SEG-Y files."""

from __future__ import annotations

import io
import json
import struct
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from seisview.data.geometry import Axis, LineNumbers, SectionKey
from seisview.data.patches.files import PATCH_SUFFIXES, read_patch
from seisview.data.segy import index as segy_index
from seisview.data.segy.grid import INLINE_SORTED, TraceGrid
from seisview.errors import SeisviewError, VolumeError

Feed = Callable[[bytes], object]
Seeds = tuple[bytes, ...]


def patches(folder: Path) -> tuple[Seeds, Feed]:
    """The first byte says which kind of image follows."""
    from PIL import Image
    from scipy.io import savemat

    values = np.arange(48, dtype=np.float32).reshape(6, 8)
    image = Image.fromarray(values.astype(np.uint8))
    written: list[tuple[str, bytes]] = []
    for suffix in PATCH_SUFFIXES:
        content = io.BytesIO()
        if suffix == ".mat":
            savemat(content, {"img": values, "other": {"a": 1}})
        elif suffix == ".npy":
            np.save(content, values)
        else:
            image.save(content, "PNG" if suffix == ".png" else "TIFF")
        written.append((suffix, content.getvalue()))
    packed, old = io.BytesIO(), io.BytesIO()
    savemat(packed, {"img": values}, do_compression=True)
    savemat(old, {"img": values}, format="4")
    written += [(".mat", packed.getvalue()), (".mat", old.getvalue())]
    paths = [folder / f"p{number}{suffix}" for number, (suffix, _) in enumerate(written)]

    def feed(data: bytes) -> None:
        path = paths[data[0] % len(paths) if data else 0]
        path.write_bytes(data[1:])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow remarks on tags that it skips
            found = read_patch(path)
        assert found.ndim == 2
        assert np.isfinite(found).all()

    return tuple(bytes([i]) + content for i, (_, content) in enumerate(written)), feed


def models(folder: Path) -> tuple[Seeds, Feed]:
    """A preview and a similarity model, each read as both."""
    from safetensors.numpy import save

    from seisview.learn.features.config import RECIPE, FeatureConfig
    from seisview.learn.matching.config import SiameseConfig
    from seisview.learn.matching.model import FILE, load_siamese
    from seisview.learn.preview.config import PreviewConfig
    from seisview.learn.preview.file import is_preview, load_preview
    from seisview.learn.samples.packed_labels import packed_labels

    path = folder / "m.safetensors"
    features, head = FeatureConfig(dimensions=8), PreviewConfig()
    siamese = {
        "kind": FILE.name, "version": 1, "model_id": "m", "config": SiameseConfig().to_dict(),
        "calibration": {"slope": 1.0, "offset": 0.0}, "class_names": ["A"], "training": {}, "metrics": {},
        "history": [[1, 2, 0.5, {}]],
    }  # fmt: skip
    numbers = dict.fromkeys(("minimum", "maximum", "mean", "std", "p1", "p99", "nonfinite_fraction"), 0.5)
    statistics = numbers | {"percentiles": [80.0, 100.0], "quantiles": [0.5, 1.0]}
    preview = {
        "kind": "seisview preview", "version": 1, "recipe": RECIPE, "model_id": "m", "head": head.to_dict(),
        "classes": [{"id": 1, "name": "A", "color": "#112233"}], "label_revision": 3,
        "features": features.to_dict(), "weights_file": "", "weights_hash": "h", "axis": "inline",
        "statistics": statistics | {"n_sampled_traces": 1, "n_dead_traces": 0}, "fingerprint": "f",
    }  # fmt: skip
    shapes = {
        "head.mean": (9,), "head.scale": (9,), "head.weights": (10 + head.units, 1),
        "projection.mean": (12,), "projection.matrix": (12, 8),
    }  # fmt: skip
    arrays = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
    seeds = [save(arrays, {"seisview": json.dumps(text)}) for text in (siamese, preview)]
    labels = packed_labels({SectionKey(Axis.CROSSLINE, 7): np.eye(6, 5, dtype=np.uint8)})
    seeds.append(save(arrays | labels, {"seisview": json.dumps(preview)}))

    def feed(data: bytes) -> None:
        path.write_bytes(data)
        with suppress(SeisviewError):  # none holds a whole network
            load_siamese(path)
        if is_preview(path):
            load_preview(path)

    return tuple(seeds), feed


def index(_folder: Path) -> tuple[Seeds, Feed]:
    """The body of an index under a right checksum: what is in it must be judged by itself."""
    lines = LineNumbers((10, 12, 13)), LineNumbers((5, 6, 9, 10))
    table = np.arange(12).reshape(3, 4)
    seeds = []
    for kept in (table, None):
        grid = TraceGrid(*lines, INLINE_SORTED, (189, 193), 12, kept, ("odd",))
        content = segy_index._encoded(grid, (1, 2))
        length = segy_index._HEAD.unpack_from(content)[3]
        seeds.append(struct.pack("<I", length) + content[segy_index._HEAD.size :])

    def feed(data: bytes) -> None:
        length = struct.unpack("<I", data[:4].ljust(4, b"\0"))[0]
        body = data[4:]
        head = segy_index._HEAD.pack(segy_index._MAGIC, segy_index.VERSION, segy_index._digest(body), length)
        try:
            _, grid = segy_index._decoded(head + body, 12)
        except segy_index._DAMAGES as error:
            raise VolumeError("a damaged index") from error
        rows, columns = (np.zeros(3, np.intp) for _ in range(2))
        numbers = grid.traces(rows, columns)
        assert ((numbers >= -1) & (numbers < 12)).all()

    return tuple(seeds), feed
