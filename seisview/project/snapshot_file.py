"""All labels in one ``.npz`` file without pickles, which numpy alone can read."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from seisview.atomic import replacing
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.errors import LabelError, ProjectError
from seisview.labels.facies import FaciesScheme
from seisview.labels.operations import keys_from_lists, keys_to_lists
from seisview.labels.state import LabelState
from seisview.labels.tiles import Labels

# 1 knew no provenance: all its labels are read as painted by hand.
VERSION = 2
_META = "meta.npy"
_NAME = re.compile(r"(inline|crossline|sample)_index_(\d{1,9})(_origin)?\.npy")
_LARGEST_META = 16 * 2**20
_HEADER_ROOM = 4096
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    LookupError,
    TypeError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    MemoryError,
    SyntaxError,
)


def write_snapshot(path: Path, state: LabelState) -> None:
    """Write the labels in one step.

    The file holds an array per labelled section, ``inline_index_12`` (an index, not a line number); where not
    all of it was painted by hand, ``inline_index_12_origin`` with 2 for interpolated and 3 for accepted
    samples, else 0; and ``meta``, JSON as bytes, with the classes and where in the journal this is.

    Raises
    ------
    ExportError
        If the disk is full or the folder not writable.
    """
    meta = {
        "version": VERSION,
        "shape": state.geometry.shape,
        "sequence": state.sequence,
        "revision": state.revision,
        "last_revision": state.last_revision,
        "classes": state.scheme.to_dicts(),
        "holdout": keys_to_lists(state.holdout),
        "derived": keys_to_lists(frozenset(state.derived)),
    }
    snapshot, origins = state.snapshot(), state.origins.share()
    with (
        replacing(path) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        _add(archive, _META, np.frombuffer(json.dumps(meta).encode(), np.uint8))
        for key, labels in snapshot.sections.items():
            _add(archive, f"{key.axis}_index_{key.index}.npy", labels)
        for key, tiled in origins.items():
            _add(archive, f"{key.axis}_index_{key.index}_origin.npy", tiled.read())


def read_snapshot(path: Path, geometry: SurveyGeometry) -> LabelState:
    """Read labels back.

    Raises
    ------
    LabelError
        If the file is damaged.
    ProjectError
        If it cannot be read, a newer seisview wrote it, or it belongs to a survey of another shape.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            state = _state_from(_meta_of(archive), geometry)
            entries = [info for info in archive.infolist() if info.filename != _META]
            if len({info.filename for info in entries}) < len(entries):
                raise ValueError("the same section twice")
            # Labels come first: what says where they come from must fit them.
            for info in sorted(entries, key=_is_origin):
                key = _key_of(info.filename)
                restore = state.restore_origins if _is_origin(info) else state.restore_section
                restore(key, _section_of(archive, info, geometry, key))
            return state
    except ProjectError:
        raise
    except _DAMAGES as error:
        raise LabelError(f"The label file {path.name} is damaged.") from error
    except OSError as error:
        raise ProjectError(
            f"{path} cannot be read: {error.strerror or error}.",
            "Check the disk and who may read the folder.",
        ) from error


def _add(archive: zipfile.ZipFile, name: str, array: Labels) -> None:
    with archive.open(name, "w") as file:
        np.lib.format.write_array(file, array, version=(1, 0), allow_pickle=False)


def _meta_of(archive: zipfile.ZipFile) -> dict[str, Any]:
    info = archive.getinfo(_META)
    if info.file_size > _LARGEST_META:
        raise ValueError("meta is too large")
    meta = json.loads(_array(archive.read(info)).tobytes())
    if not isinstance(meta, dict):
        raise TypeError("meta is no object")
    if meta["version"] > VERSION:
        raise ProjectError("The labels were written by a newer seisview.", "Update seisview to open them.")
    return meta


def _state_from(meta: dict[str, Any], geometry: SurveyGeometry) -> LabelState:
    if tuple(meta["shape"]) != geometry.shape:
        raise ProjectError(
            f"The labels belong to a survey of shape {tuple(meta['shape'])}, this one has {geometry.shape}.",
            "Open the survey the project was made with.",
        )
    state = LabelState(geometry, FaciesScheme.from_dicts(meta["classes"]))
    state.holdout = keys_from_lists(meta["holdout"])
    state.derived = set(keys_from_lists(meta.get("derived", [])))
    for key in state.holdout | state.derived:
        geometry.check(key)
    state.sequence, state.revision = int(meta["sequence"]), int(meta["revision"])
    state.last_revision = max(int(meta["last_revision"]), state.revision)
    return state


def _is_origin(info: zipfile.ZipInfo) -> bool:
    return info.filename.endswith("_origin.npy")


def _key_of(name: str) -> SectionKey:
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"unexpected entry {name}")
    return SectionKey(Axis(match[1]), int(match[2]))


def _section_of(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, geometry: SurveyGeometry, key: SectionKey
) -> Labels:
    geometry.check(key)
    shape = geometry.section_shape(key.axis)
    if info.file_size > shape[0] * shape[1] + _HEADER_ROOM:
        raise ValueError("section is too large")
    labels = _array(archive.read(info))
    if labels.shape != shape:
        raise ValueError("section has another shape")
    return labels


def _array(content: bytes) -> Labels:
    """Array of bytes in npy format 1.0, checked before anything is allocated."""
    file = io.BytesIO(content)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("unknown npy version")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
    if fortran or dtype != np.uint8:
        raise ValueError("not bytes in C order")
    return np.frombuffer(content, np.uint8, offset=file.tell()).reshape(shape)
