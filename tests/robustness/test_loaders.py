"""Loaders of files that may be anything: a SeisviewError or an answer, soon, and in little memory.

The same targets take 100,000 inputs by ``python -m tests.robustness.fuzz``.
"""

from __future__ import annotations

import json
import struct
import time
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seisview.benchmarks.memory import peak_mb
from seisview.data.arrays.npy_file import map_npy
from seisview.data.geometry import Axis, SectionKey
from seisview.data.labels_io import read_label_volume, read_mask_folder
from seisview.data.opening import open_volume
from seisview.errors import LabelError, ModelError, ProjectError, SeisviewError, VolumeError
from seisview.project.storage import create_project, open_project
from tests.project.surveys import survey
from tests.robustness.fuzz import NAMES, run_plain
from tests.robustness.targets import Target, build

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:torch")

_SOME = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([1e999, -1e999, 10**25, -1, 0, 1, "inline", "../x", "\x00"])
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("name", NAMES)
def test_seeded_mutations_are_refused_or_read(name: str) -> None:
    said = run_plain(name, 300, seed=11)
    assert "300 inputs" in said


@pytest.mark.parametrize("name", NAMES)
def test_the_sound_files_that_mutations_begin_from_are_mostly_read(name: str, tmp_path: Path) -> None:
    target = build(name, tmp_path)
    n_read = sum(target.survives(seed) for seed in target.seeds)
    # Of the checkpoints, none holds a whole network.
    assert n_read == len(target.seeds)


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Target]:
    return {name: build(name, tmp_path_factory.mktemp(name)) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
@_SOME
@given(data=st.data())
def test_any_bytes_anywhere(targets: dict[str, Target], name: str, data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(targets[name].seeds)))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, max(len(content) - 1, 0)))
        length = data.draw(st.integers(0, 12))
        content[start : start + length] = data.draw(st.binary(max_size=12))
    targets[name].survives(bytes(content))


@_SOME
@given(where=st.lists(st.integers(0, 30), min_size=1, max_size=4), value=_JSON)
def test_a_project_file_with_any_value_anywhere(tmp_path: Path, where: list[int], value: Any) -> None:
    folder = _project(tmp_path)
    path = folder / "project.json"
    sound = path.read_bytes()
    path.write_text(json.dumps(_with(json.loads(sound), where, value)), encoding="utf-8")
    with suppress(SeisviewError), open_project(folder, open_volume, read_only=True) as project:
        assert all(project.model_path(model).parent == folder / "models" for model in project.models)
        project.volume.close()
    path.write_bytes(sound)


@_SOME
@given(where=st.lists(st.integers(0, 30), min_size=1, max_size=4), value=_JSON)
def test_a_geometry_with_any_value_anywhere(tmp_path: Path, where: list[int], value: Any) -> None:
    if not (tmp_path / "s.npy").exists():
        survey(tmp_path / "s.npy").close()
        (tmp_path / "sound").write_bytes((tmp_path / "s.npy.json").read_bytes())
    plain = _with(json.loads((tmp_path / "sound").read_bytes()), where, value)
    (tmp_path / "s.npy.json").write_text(json.dumps(plain), encoding="utf-8")
    with suppress(VolumeError):
        volume = open_volume(tmp_path / "s.npy")
        volume.read_section(SectionKey(Axis.INLINE, 1))
        volume.close()


def _project(tmp_path: Path) -> Path:
    folder = tmp_path / "p"
    if not folder.exists():
        volume = survey(tmp_path / "s.npy")
        create_project(folder, volume).close()
        volume.close()
    return folder


def _with(plain: Any, where: list[int], value: Any) -> Any:
    """`plain` with the value at a place replaced."""
    if not where or not isinstance(plain, dict | list) or not plain:
        return value
    at = where[0] % len(plain)
    key = list(plain)[at] if isinstance(plain, dict) else at
    plain[key] = _with(plain[key], where[1:], value)
    return plain


def _npy(path: Path, header: str) -> Path:
    text = header.encode("latin-1")
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + bytes(64))
    return path


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (100000, 100000, 1000)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9" + "0" * 4000 + ",)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (2, 2, 2)}",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, -2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (True, 2)}",
        "(" * 5000,
        "{[]: 1}",
        "__import__('os').system('true')",
        "{'descr': '<f4'",
        "",
    ],
)
def test_npy_headers_that_lie(tmp_path: Path, header: str) -> None:
    before = peak_mb()
    for read in (map_npy, open_volume):
        with pytest.raises(VolumeError) as caught:
            read(_npy(tmp_path / "a.npy", header))
        assert caught.value.hint
    assert peak_mb() - before < 50


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("order", ["C", "F"])
def test_npy_files_of_all_versions_are_read_as_numpy_does(tmp_path: Path, version: int, order: Any) -> None:
    values = np.asarray(np.arange(24.0).reshape(2, 3, 4), order=order)
    with (tmp_path / "a.npy").open("wb") as file:
        np.lib.format.write_array(file, values, version=(version, 0))
    assert np.array_equal(map_npy(tmp_path / "a.npy"), np.load(tmp_path / "a.npy", allow_pickle=False))


def _picture_header(width: int, height: int) -> bytes:
    """A PNG that claims to be large and holds nothing."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", b""),
        (b"IEND", b""),
    )
    parts = [struct.pack(">I", len(c)) + n + c + struct.pack(">I", zlib.crc32(n + c)) for n, c in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(("side", "said"), [(30_000, "larger than a section"), (9_000, r"\(9000, 9000\)")])
def test_a_picture_larger_than_any_section_is_not_unpacked(tmp_path: Path, side: int, said: str) -> None:
    geometry = survey(tmp_path / "s.npy").geometry
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "inline_100.png").write_bytes(_picture_header(side, side))
    before = peak_mb()
    with pytest.raises(LabelError, match=said):
        read_mask_folder(tmp_path / "m", geometry)
    assert peak_mb() - before < 20


def test_hidden_files_beside_masks_are_left_alone(tmp_path: Path) -> None:
    geometry = survey(tmp_path / "s.npy").geometry
    (tmp_path / "m").mkdir()
    np.save(tmp_path / "m" / "inline_100.npy", np.ones(geometry.section_shape(Axis.INLINE), np.uint8))
    (tmp_path / "m" / "._inline_100.npy").write_bytes(b"written by macOS")
    assert list(read_mask_folder(tmp_path / "m", geometry)) == [SectionKey(Axis.INLINE, 0)]


def test_a_geometry_of_a_billion_lines_is_refused_at_once(tmp_path: Path) -> None:
    survey(tmp_path / "s.npy").close()
    plain = json.loads((tmp_path / "s.npy.json").read_bytes())
    plain["inlines"]["count"] = 10**9
    (tmp_path / "s.npy.json").write_text(json.dumps(plain))
    began = time.monotonic()
    with pytest.raises(VolumeError, match="damaged"):
        open_volume(tmp_path / "s.npy")
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("file", ["../../outside.safetensors", "/etc/passwd", "..", "a\\b", "C:x", ""])
def test_a_project_cannot_name_files_elsewhere(tmp_path: Path, file: str) -> None:
    folder = _project(tmp_path)
    plain = json.loads((folder / "project.json").read_bytes())
    plain["models"] = [{"name": "m", "file": file}]
    (folder / "project.json").write_text(json.dumps(plain))
    with pytest.raises(ProjectError, match="damaged"):
        open_project(folder, open_volume)


def test_a_name_that_keeps_torch_searching_is_refused_before(tmp_path: Path) -> None:
    from seisview.learn.networks.weights import read_weights

    path = tmp_path / "m.pt"
    path.write_bytes(b"\x80\x02c" + b"x" * 200_000 + b"\nname\n.")
    began = time.monotonic()
    with pytest.raises(ModelError):
        read_weights(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("m/data.pkl", b"\x80\x02c" + b"x" * 200_000 + b"\nname\n.")
        archive.writestr("m/version", "3\n")
    with pytest.raises(ModelError):
        read_weights(path)
    assert time.monotonic() - began < 2


def test_names_that_are_no_text_are_left_out(tmp_path: Path) -> None:
    import torch

    from seisview.learn.networks.weights import read_weights

    weights = {"a": torch.ones(2), 3: torch.ones(1), (1, 2): torch.ones(1), "b": {None: torch.ones(1)}}
    torch.save(weights, tmp_path / "m.pt")
    assert set(read_weights(tmp_path / "m.pt")) == {"a", "3"}


def test_labels_in_a_damaged_chunk_are_an_error(tmp_path: Path) -> None:
    import zarr

    geometry = survey(tmp_path / "s.npy").geometry
    path = tmp_path / "l.zarr"
    array = zarr.create_array(path, shape=geometry.shape, chunks=geometry.shape, dtype="u1", fill_value=0)
    array[...] = 1
    chunk = next(p for p in path.rglob("*") if p.is_file() and p.name != "zarr.json")
    chunk.write_bytes(chunk.read_bytes()[:-7])
    with pytest.raises(VolumeError, match="can no longer be read"):
        read_label_volume(path, geometry)
