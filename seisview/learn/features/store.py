"""The files of dense features: a map of all stored lines that fills in any order, and extra sections.

A line counts once its entry in the table is valid, and the entry is written after the line. Entry and line
are checked against each other before the line is first used, so what a crash or a power cut swallowed is
found and made again; nothing needs to reach the disk in order.
"""

from __future__ import annotations

import json
import threading
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing, write_error
from seisview.data.arrays.npy_file import map_npy
from seisview.data.geometry import SectionKey
from seisview.errors import VolumeError
from seisview.learn.features.npz_file import read_arrays

FeatureArray = npt.NDArray[np.float16]

DESCRIPTION = "features.json"
LINES = "lines.npy"
TABLE = "lines.table"
PROJECTION = "projection.npz"
SECTIONS = "sections"

KIND = "seisview features"
VERSION = 1

_MARK = 0xFEA7C0DEB41C537
_ENTRY_BYTES = 16


def allocate_lines(folder: Path, shape: tuple[int, int, int, int]) -> None:
    """Make the empty map of all lines and its table; sparse where the file system can."""
    header = {"descr": "<f2", "fortran_order": False, "shape": shape}
    with (folder / LINES).open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        file.truncate(file.tell() + int(np.prod(shape)) * 2)
    with (folder / TABLE).open("wb") as file:
        file.truncate(shape[0] * _ENTRY_BYTES)


def write_description(folder: Path, content: dict[str, Any]) -> None:
    """Write what the features are."""
    text = json.dumps({"kind": KIND, "version": VERSION, **content}, indent=1)
    (folder / DESCRIPTION).write_text(text, encoding="utf-8")


def read_description(folder: Path) -> dict[str, Any]:
    """Read what the features are.

    Raises
    ------
    VolumeError
        If there are none, they are damaged, or a newer program made them.
    """
    try:
        content = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise VolumeError(f"{folder.name} holds no features of a survey.", "Make them again.") from error
    if not isinstance(content, dict) or content.get("kind") != KIND:
        raise VolumeError(f"{folder.name} holds no features of a survey.", "Make them again.")
    if content.get("version") != VERSION:
        raise VolumeError(f"The features in {folder.name} are of another version.", "Make them again.")
    return content


class LineStore:
    """All lines of one axis in a mapped file; one thread may write while others read.

    Parameters
    ----------
    folder : Path
    shape : (int, int, int, int)
        Lines, cell rows, cell columns, dimensions.

    Raises
    ------
    VolumeError
        If the files are missing, cut, or do not have that shape.
    """

    def __init__(self, folder: Path, shape: tuple[int, int, int, int]) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        try:
            self.array: FeatureArray = map_npy(folder / LINES)
            self._table = np.memmap(folder / TABLE, "<u8", "r", shape=(shape[0], 2))
        except (OSError, ValueError) as error:
            raise VolumeError(f"The features in {folder.name} are damaged.", "Make them again.") from error
        if self.array.shape != shape or self.array.dtype != np.dtype("<f2"):
            raise VolumeError(f"The features in {folder.name} have another shape.", "Make them again.")
        self._size = (folder / LINES).stat().st_size
        self._offset = self._size - self.array.nbytes
        self._sound = np.zeros(shape[0], bool)

    def marked(self) -> npt.NDArray[np.bool_]:
        """Which lines were declared done; whether they are sound is seen when they are read."""
        numbers = np.arange(len(self._table), dtype=np.uint64)
        entries = np.array(self._table)
        return np.asarray((entries[:, 0] ^ entries[:, 1]) == _MARK + numbers)

    def has(self, line: int) -> bool:
        """Whether a line is there and sound."""
        entry = self._table[line]
        if int(entry[0]) ^ int(entry[1]) != _MARK + line:
            self._sound[line] = False
        elif not self._sound[line]:
            self._sound[line] = self._is_whole() and _checksum(self.array[line]) == int(entry[0])
        return bool(self._sound[line])

    def write(self, line: int, features: FeatureArray) -> None:
        """Store one line, float16 (rows, columns, dimensions), then declare it done.

        Raises
        ------
        ExportError
            If the disk is full or gone.
        """
        content = np.ascontiguousarray(features, "<f2")
        digest = _checksum(content)
        with self._lock:
            # never through the map: a full disk must be an error, not the end of the process
            self._put(LINES, self._offset + line * content.nbytes, content)
            entry = np.array([digest, digest ^ (_MARK + line)], "<u8")
            self._put(TABLE, line * _ENTRY_BYTES, entry)

    def _put(self, name: str, offset: int, content: npt.NDArray[Any]) -> None:
        path = self._folder / name
        try:
            with path.open("r+b") as file:
                file.seek(offset)
                file.write(content.data.cast("B"))
        except OSError as error:
            raise write_error(path, error) from error

    def _is_whole(self) -> bool:
        """Whether the file was not cut since: touching its map beyond the end would end the process."""
        try:
            return (self._folder / LINES).stat().st_size >= self._size
        except OSError:
            return False


class SectionStore:
    """Sections beside the stored lines, a small file each; read whole or not at all.

    Parameters
    ----------
    folder : Path
        Of the features.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / SECTIONS

    def read(self, key: SectionKey, shape: tuple[int, int, int]) -> FeatureArray | None:
        """Return a section; None when it is not there, is damaged or has another shape."""
        arrays = read_arrays(self._path(key), "features")
        if arrays is None:
            return None
        features: FeatureArray = arrays[0]
        return features if features.shape == shape and features.dtype == np.float16 else None

    def has(self, key: SectionKey) -> bool:
        """Whether there is a file for a section."""
        return self._path(key).exists()

    def write(self, key: SectionKey, features: FeatureArray) -> None:
        """Store a section; :class:`ExportError` when the disk is full or gone."""
        with suppress(FileExistsError):
            self._folder.mkdir()
        with replacing(self._path(key)) as temporary, temporary.open("wb") as file:
            np.savez(file, features=features)

    def _path(self, key: SectionKey) -> Path:
        return self._folder / f"{key.axis.value}_{key.index}.npz"


def _checksum(features: FeatureArray) -> int:
    # the number of bytes belongs to it, so that zeros of another length do not pass for it
    return zlib.crc32(np.ascontiguousarray(features).data, features.nbytes & 0xFFFFFFFF)
