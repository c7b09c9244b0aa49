"""What is fuzzed: each target feeds bytes to a loader, which may answer or raise a SeisviewError."""

from __future__ import annotations

import io
import json
import shutil
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seisview.data.geometry import Axis, SectionKey
from seisview.data.labels_io import read_label_volume, read_mask_folder
from seisview.data.opening import open_volume
from seisview.data.segy.describe import describe_segy
from seisview.data.volume import Volume
from seisview.errors import SeisviewError
from seisview.project.results import FaciesProvenance, create_result
from seisview.project.storage import create_project, open_project
from tests.data.segy.raw_segy import cube as segy_cube
from tests.data.segy.raw_segy import survey as segy_survey
from tests.project.surveys import SHAPE, paint, survey
from tests.robustness import more_targets

Feed = Callable[[bytes], object]


@dataclass(frozen=True)
class Target:
    """A loader to feed, and sound inputs to begin from."""

    seeds: tuple[bytes, ...]
    feed: Feed

    def survives(self, data: bytes) -> bool:
        """Feed it; whether the input was accepted. Anything but a SeisviewError is a crash."""
        try:
            self.feed(data)
        except SeisviewError:
            return False
        return True


def build(name: str, folder: Path) -> Target:
    """The target of that name, working in an empty folder."""
    return _TARGETS[name](folder)


def _segy(folder: Path) -> Target:
    path = folder / "a.sgy"
    kinds = [{"code": 5}, {"code": 1}, {"code": 3, "order": "<"}, {"code": 8}, {"code": 7}, {"code": 6}]
    lines = [1, 2, 3], [5, 6, 7, 8]
    seeds = [segy_survey(segy_cube((3, 4, 10)), *lines, **kind).to_bytes() for kind in kinds]  # type: ignore[arg-type]
    extended = {3501: ("B", 2), 3505: ("h", 1), 3269: ("i", 10)}
    seeds += [
        segy_survey(segy_cube((3, 4, 10)), *lines, sorting="crossline", traces={181: 5, 185: 7}).to_bytes(),
        segy_survey(segy_cube((3, 4, 10)), *lines, binary=extended, extended=b" " * 3200).to_bytes(),
        seeds[0][: 3600 + 280 * 5] + seeds[0][3600 + 280 * 7 :],
    ]

    def feed(data: bytes) -> None:
        path.write_bytes(data)
        with suppress(SeisviewError):
            describe_segy(path)
        _look_at(open_volume(path))

    return Target(tuple(seeds), feed)


def _look_at(volume: Volume) -> None:
    geometry = volume.geometry
    assert geometry.sample_interval > 0
    for axis in geometry.axes:
        section = volume.read_section(SectionKey(axis, geometry.count(axis) - 1))
        assert section.shape == geometry.section_shape(axis)
        assert np.isfinite(section).all()
    assert volume.fingerprint
    volume.close()


def _project(folder: Path) -> Target:
    """The first byte says which file of a project follows; the last kind is one record of the journal."""
    pristine, path = folder / "pristine", folder / "p"
    _make_project(folder, pristine)
    files = sorted(p.relative_to(pristine).as_posix() for p in pristine.rglob("*") if p.is_file())
    journal = next(name for name in files if name.endswith(".log"))
    contents = [(pristine / name).read_bytes() for name in files]
    volume = open_volume(folder / "s.npy")
    shutil.copytree(pristine, path)

    def feed(data: bytes) -> None:
        which = data[0] % (len(files) + 1) if data else 0
        name = journal if which == len(files) else files[which]
        content = data[1:]
        if which == len(files):
            content = contents[files.index(journal)] + _record(data[1:])
        (path / name).write_bytes(content)
        try:
            with open_project(path, lambda _path, _bytes: _Unclosed(volume), read_only=True) as project:
                project.labels.section(SectionKey(Axis.INLINE, 1))
                assert all(project.model_path(model).parent == path / "models" for model in project.models)
                for result in project.results:
                    result.section(SectionKey(Axis.CROSSLINE, 1))
        finally:
            (path / name).write_bytes((pristine / name).read_bytes())

    seeds = [bytes([i]) + content for i, content in enumerate(contents)]
    seeds += [bytes([len(files)]) + record for record in _records(contents[files.index(journal)])]
    return Target(tuple(seeds), feed)


class _Unclosed:
    """A survey that stays open when the project lets go of it."""

    def __init__(self, volume: Volume) -> None:
        self._volume = volume

    def __getattr__(self, name: str) -> object:
        return getattr(self._volume, name)

    def close(self) -> None:
        return None


def _make_project(folder: Path, pristine: Path) -> None:
    volume = survey(folder / "s.npy")
    project = create_project(pristine, volume)
    for step in range(5):
        paint(project.labels, step)
    project.save()
    for step in range(5, 12):
        paint(project.labels, step)
    project.labels.rename_class(1, "Salt")
    project.labels.set_holdout(SectionKey(Axis.INLINE, 2))
    origin = FaciesProvenance(("m",), 3, project.labels.scheme, volume.fingerprint)
    result = create_result(project.results_folder, volume.geometry, origin)
    shape = volume.geometry.section_shape(Axis.INLINE)
    result.write_section(SectionKey(Axis.INLINE, 0), np.ones(shape, np.uint8), np.ones(shape, np.float32))
    result.finish()
    project.install_result(result)
    journal = project._files.journal
    assert journal is not None
    journal.flush()
    kept = {path: path.read_bytes() for path in pristine.rglob("*") if path.is_file()}
    project.close()
    volume.close()
    shutil.rmtree(pristine)
    for path, content in kept.items():
        if path.name != "lock.json":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def _records(journal: bytes) -> list[bytes]:
    position, records = 24, []
    while position < len(journal):
        _, length, _ = struct.unpack_from("<4sII", journal, position)
        records.append(journal[position + 12 : position + 12 + length])
        position += 12 + length
    return records


def _record(payload: bytes) -> bytes:
    """A whole record with the right checksum: what is in it must be judged by itself."""
    length = struct.pack("<I", len(payload))
    return b"\xa5SVR" + length + struct.pack("<I", zlib.crc32(payload, zlib.crc32(length))) + payload


def _checkpoint(folder: Path) -> Target:
    import torch
    from safetensors.torch import save

    from seisview.learn.networks.weights import read_weights
    from seisview.learn.samples.packed_labels import packed_labels
    from seisview.workflows.facies.segment import load_segmenter

    weights = {"a.weight": torch.arange(6.0).reshape(2, 3), "b": torch.ones(2, dtype=torch.int64)}
    zipped, legacy = io.BytesIO(), io.BytesIO()
    torch.save({"state_dict": weights}, zipped)
    torch.save(weights, legacy, _use_new_zipfile_serialization=False)
    described = save(weights, {"seisview": json.dumps(_DESCRIPTION)})
    mask = (np.arange(30) % 3).astype(np.uint8).reshape(6, 5)
    packed = packed_labels({SectionKey(Axis.INLINE, 3): mask, SectionKey(Axis.CROSSLINE, 70): mask.T})
    labels = {name: torch.from_numpy(content) for name, content in packed.items()}
    newest = _DESCRIPTION | {"version": 3, "temperature": 1.5, "config": _CONFIG | {"carried": True}}
    labelled = save(weights | labels, {"seisview": json.dumps(newest)})
    path = folder / "m.safetensors"

    def feed(data: bytes) -> None:
        path.write_bytes(data)
        with suppress(SeisviewError):
            load_segmenter(path)
        read_weights(path)

    return Target((described, labelled, save(weights), zipped.getvalue(), legacy.getvalue()), feed)


_CONFIG = {
    "n_classes": 2,
    "backbone": "resnet10",
    "head_channels": 16,
    "dropout": 0.5,
    "smallest_input": [32, 64],
}
_DESCRIPTION = {
    "kind": "seisview segmenter",
    "version": 1,
    "model_id": "abc",
    "config": _CONFIG,
    "classes": [{"id": 1, "name": "A", "color": "#336699"}, {"id": 2, "name": "B", "color": "#e69f00"}],
    "statistics": {
        "minimum": -1.0,
        "maximum": 1.0,
        "mean": 0.0,
        "std": 0.5,
        "p1": -0.9,
        "p99": 0.9,
        "percentiles": [80.0, 99.5, 100.0],
        "quantiles": [0.5, 0.9, 1.0],
        "n_sampled_traces": 10,
        "n_dead_traces": 0,
        "nonfinite_fraction": 0.0,
    },
    "fingerprint": "f",
    "label_revision": 3,
    "created": "2026-01-02T03:04:05+00:00",
    "axis": "inline",
    "training": {"steps": 3},
    "metrics": {"training_loss": 0.5},
    "history": [[1, 2, 0.9, {}]],
    "seconds": 1.5,
}


def _labels(folder: Path) -> Target:
    """The first byte says what follows: a mask as PNG or npy, a label volume, its geometry, or zarr files."""
    import zarr
    from PIL import Image

    volume = survey(folder / "s.npy")
    geometry = volume.geometry
    volume.close()
    masks, zarr_folder = folder / "masks", folder / "l.zarr"
    masks.mkdir()
    ones, section = np.ones(SHAPE, np.uint8), np.ones(geometry.section_shape(Axis.INLINE), np.uint8)
    image, plain, whole = io.BytesIO(), io.BytesIO(), io.BytesIO()
    Image.fromarray(section).save(image, "PNG")
    np.save(plain, section)
    np.save(whole, ones)
    sidecar = (folder / "s.npy.json").read_bytes()
    np.save(folder / "l.npy", ones)
    (folder / "l.npy.json").write_bytes(sidecar)
    array = zarr.create_array(zarr_folder, shape=SHAPE, chunks=SHAPE, dtype="u1", fill_value=0, zarr_format=3)
    array[...] = ones
    array.attrs["seisview"] = json.loads(sidecar)
    chunk = next(p for p in zarr_folder.rglob("*") if p.is_file() and p.name != "zarr.json")
    places = [
        (masks / "inline_100.png", image.getvalue()),
        (masks / "inline_102.npy", plain.getvalue()),
        (folder / "l.npy", whole.getvalue()),
        (folder / "l.npy.json", sidecar),
        (zarr_folder / "zarr.json", (zarr_folder / "zarr.json").read_bytes()),
        (chunk, chunk.read_bytes()),
    ]
    for path, content in places[:2]:
        path.unlink(missing_ok=True)
        assert content

    def feed(data: bytes) -> None:
        which = data[0] % len(places) if data else 0
        path, content = places[which]
        path.write_bytes(data[1:])
        try:
            if which < 2:
                read_mask_folder(masks, geometry)
            else:
                read_label_volume(folder / "l.npy" if which < 4 else zarr_folder, geometry)
        finally:
            path.unlink() if which < 2 else path.write_bytes(content)

    return Target(tuple(bytes([i]) + content for i, (_, content) in enumerate(places)), feed)


_TARGETS: dict[str, Callable[[Path], Target]] = {
    "segy": _segy,
    "project": _project,
    "checkpoint": _checkpoint,
    "labels": _labels,
    "patches": lambda folder: Target(*more_targets.patches(folder)),
    "models": lambda folder: Target(*more_targets.models(folder)),
    "index": lambda folder: Target(*more_targets.index(folder)),
}
