"""The files of a facies result: its record and its two arrays."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import Field

from seisview.data.arrays.npy_file import map_npy
from seisview.data.geometry import Axis, SectionKey
from seisview.errors import ProjectError, VolumeError
from seisview.labels.facies import FaciesScheme
from seisview.project.volume_record import VolumeRecord, read_volume_record

Bytes = npt.NDArray[np.uint8]

RESULT_FILE = "result.json"
_CHUNK = 1 << 20
_UNSUPPORTED = (errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS)


@dataclass(frozen=True, slots=True)
class FaciesProvenance:
    """Where a facies volume comes from.

    Attributes
    ----------
    model_ids : tuple of str
        The model, or several that were fused.
    label_revision : int
        The labels the model was trained on.
    scheme : FaciesScheme
        The classes at that time.
    survey_fingerprint : str
    title : str
        What to call it, e.g. "tuned-3".
    details : dict of str to str
        Anything else worth keeping, e.g. fusion, device, training steps.
    """

    model_ids: tuple[str, ...]
    label_revision: int
    scheme: FaciesScheme
    survey_fingerprint: str
    title: str = ""
    details: dict[str, str] = field(default_factory=dict)


class ResultRecord(VolumeRecord):
    """Content of ``result.json``; `sections_done` has ranges of indices by axis, both ends included."""

    model_ids: list[str]
    label_revision: int
    finished: str = ""
    sections_done: dict[str, list[tuple[int, int]]] = Field(default_factory=dict)
    details: dict[str, str] = Field(default_factory=dict)


def ranges_of(keys: Iterable[SectionKey]) -> dict[str, list[tuple[int, int]]]:
    """Sections as :attr:`ResultRecord.sections_done`."""
    ranges: dict[str, list[tuple[int, int]]] = {}
    for key in sorted(keys):
        found = ranges.setdefault(key.axis.value, [])
        if found and found[-1][1] == key.index - 1:
            found[-1] = (found[-1][0], key.index)
        else:
            found.append((key.index, key.index))
    return ranges


def sections_in(
    ranges: dict[str, list[tuple[int, int]]], shape: tuple[int, int, int]
) -> frozenset[SectionKey]:
    """Inverse of :func:`ranges_of`; ValueError when a section lies outside a survey of that shape."""
    counts = dict(zip(Axis, shape, strict=True))
    keys: set[SectionKey] = set()
    for name, found in ranges.items():
        axis = Axis(name)
        for first, last in found:
            if not 0 <= first <= last < counts[axis]:
                raise ValueError(f"no {name} sections {first} to {last}")
            keys.update(SectionKey(axis, index) for index in range(first, last + 1))
    return frozenset(keys)


def allocate(path: Path, shape: tuple[int, ...], kind: str = "|u1") -> None:
    """Write an npy file of zeros whose disk space is taken; OSError when there is none left."""
    with path.open("wb") as file:
        header = {"descr": kind, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        file.flush()
        size = int(np.prod(shape, dtype=np.int64)) * np.dtype(kind).itemsize
        reserve: Callable[[int, int, int], None] | None = getattr(os, "posix_fallocate", None)
        if reserve is not None:
            try:
                reserve(file.fileno(), 0, file.tell() + size)
                return
            except OSError as error:
                if error.errno not in _UNSUPPORTED:  # by this file system
                    raise
        for start in range(0, size, _CHUNK):
            file.write(bytes(min(_CHUNK, size - start)))


def map_array(path: Path, shape: tuple[int, int, int], mode: str) -> Bytes:
    """Memory map of an npy file ("r" or "r+"); :class:`ProjectError` when it is not what it should be."""
    try:
        array: Bytes = map_npy(path)
    except (OSError, VolumeError) as error:
        raise ProjectError(f"The result file {path} is damaged.", "Make it again.") from error
    if array.shape != shape or array.dtype != np.uint8:
        raise ProjectError(f"The result file {path} is damaged.", "Make it again.")
    if mode == "r+" and isinstance(array, np.memmap):
        return np.memmap(path, np.uint8, "r+", array.offset, shape)
    return array


def read_record(folder: Path) -> ResultRecord:
    """Read ``result.json`` of a result.

    Raises
    ------
    ProjectError
        If it is damaged or a newer seisview wrote it.
    """
    return read_volume_record(
        folder / RESULT_FILE,
        ResultRecord,
        f"The result {folder.name} is",
        "Predict it again.",
        lambda record: sections_in(record.sections_done, record.shape),
    )
