"""No file that is opened can run code: the loaders that could are not used, or told not to."""

from __future__ import annotations

import ast
import json
import os
import pickle
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import seisview
from seisview.data.opening import open_volume
from seisview.errors import ModelError, SeisviewError, VolumeError

_MODULES = sorted(Path(seisview.__file__).parent.rglob("*.py"))
_FORBIDDEN_IMPORTS = {"pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml", "runpy", "code"}
# The name of an error and a reader that only looks.
_ALLOWED_IMPORTS = {"pickle.UnpicklingError"}
_FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}


def offences(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] in _FORBIDDEN_IMPORTS)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _FORBIDDEN_IMPORTS:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from names - _ALLOWED_IMPORTS
        elif isinstance(node, ast.Call):
            yield from _offences_of(node)


def _offences_of(call: ast.Call) -> Iterator[str]:
    name = ast.unparse(call.func)
    options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    if isinstance(call.func, ast.Name) and name in _FORBIDDEN_CALLS:
        yield name
    reads = name.split(".")[0] in {"np", "numpy"} and name.endswith((".load", ".read_array"))
    if reads and options.get("allow_pickle") != "False":
        yield f"{name} without allow_pickle=False"
    if options.get("allow_pickle", "False") != "False":
        yield f"{name} with pickles"
    if name == "torch.load" and options.get("weights_only") != "True":
        yield "torch.load without weights_only=True"
    if name.endswith("add_safe_globals"):
        yield name


@pytest.mark.parametrize("path", _MODULES, ids=lambda p: p.name)
def test_nothing_that_could_run_code_is_used(path: Path) -> None:
    assert list(offences(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "np.load(p)",
        "np.load(p, allow_pickle=True)",
        "torch.load(p)",
        "torch.load(p, weights_only=False)",
        "eval('1')",
        "x = __import__('os')",
    ],
)
def test_the_rules_catch_an_offender(source: str) -> None:
    assert list(offences(ast.parse(source)))


class _Touches:
    """Unpickling it makes a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self._path),)


@pytest.mark.parametrize(
    "metadata",
    [
        {"zarr_format": 2, "dtype": "<f4", "filters": [{"id": "pickle"}], "compressor": None},
        {"zarr_format": 2, "dtype": "<f4", "filters": None, "compressor": {"id": "pickle"}},
        {"zarr_format": 2, "dtype": "|O", "filters": [{"id": "pickle"}], "compressor": None},
    ],
)
def test_a_zarr_folder_that_names_the_pickle_codec_is_refused(tmp_path: Path, metadata: dict) -> None:
    folder, mark = tmp_path / "a.zarr", tmp_path / "mark"
    folder.mkdir()
    shape = {"shape": [2, 2, 2], "chunks": [2, 2, 2], "fill_value": 0, "order": "C"}
    (folder / ".zarray").write_text(json.dumps(metadata | shape))
    (folder / "0.0.0").write_bytes(pickle.dumps(_Touches(mark)))
    with pytest.raises(VolumeError, match="for safety"):
        open_volume(folder)
    assert not mark.exists()


def test_pickles_in_arrays_and_checkpoints_are_not_read(tmp_path: Path) -> None:
    from seisview.learn.networks.weights import read_weights
    from seisview.workflows.facies.segment import load_segmenter

    mark, content = tmp_path / "mark", pickle.dumps(_Touches(tmp_path / "mark"), protocol=2)
    values = np.array([_Touches(mark)], object)
    np.save(tmp_path / "a.npy", values, allow_pickle=True)
    (tmp_path / "m.pt").write_bytes(content)
    with zipfile.ZipFile(tmp_path / "z.pt", "w") as archive:
        archive.writestr("z/data.pkl", content)
        archive.writestr("z/version", "3\n")
    with pytest.raises(VolumeError):
        open_volume(tmp_path / "a.npy")
    for name in ("m.pt", "z.pt"):
        with pytest.raises(ModelError):
            read_weights(tmp_path / name)
        with pytest.raises(SeisviewError):
            load_segmenter(tmp_path / name)
    assert not mark.exists()
