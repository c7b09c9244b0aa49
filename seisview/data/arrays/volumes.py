"""Surveys stored as plain (inline, crossline, sample) arrays: a mapped ``.npy`` file or a zarr folder.

A two-dimensional ``.npy`` or zarr array is taken as one 2-D line, (trace, sample).
"""

from __future__ import annotations

import hashlib
import lzma
import warnings
import zlib
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.data.arrays.facts import geometry_for, info_of
from seisview.data.arrays.npy_file import GARBLED, map_npy
from seisview.data.arrays.watch import ArrayWatch, file_stamp, folder_stamp
from seisview.data.arrays.zarr_codecs import check_codecs
from seisview.data.checks import check_positions, grid_signature
from seisview.data.geometry import SectionKey, SurveyGeometry, section_of
from seisview.data.geometry_io import ZARR_ATTRIBUTE, geometry_from_dict, read_npy_geometry
from seisview.data.volume import FloatArray, SourceInfo, volume_text
from seisview.errors import VolumeError

_FINGERPRINT_TRACES = 16
_ZARR_LOOK_S = 10.0
_KINDS = "fiub"
# What zarr, its codecs and numpy raise on files that are damaged, as found by feeding them such files.
_UNREADABLE = (*GARBLED, zlib.error, lzma.LZMAError)


class ArrayVolume:
    """A survey over any array that supports basic indexing; see :class:`seisview.data.volume.Volume`.

    Parameters
    ----------
    data : array-like, shape (n_inlines, n_crosslines, n_samples)
    geometry : SurveyGeometry
    info : SourceInfo
    block : tuple of int
        Inlines and crosslines that are best read together.
    """

    def __init__(
        self, data: Any, geometry: SurveyGeometry, info: SourceInfo, block: tuple[int, int] = (1, 1)
    ) -> None:
        self._data = data
        self._geometry = geometry
        self._info = info
        self._block = block
        self._watch: ArrayWatch | None = None

    def __repr__(self) -> str:
        return volume_text(self)

    @property
    def geometry(self) -> SurveyGeometry:
        """The grid."""
        return self._geometry

    @property
    def info(self) -> SourceInfo:
        """How the survey is stored."""
        return self._info

    @cached_property
    def fingerprint(self) -> str:
        """Short hash of size, geometry and a few traces."""
        return self._hash()

    def check_unchanged(self) -> None:
        """Raise :class:`VolumeError` when another program wrote other numbers into the array since."""
        if self._watch is not None:
            self._watch.check(self.__dict__.get("fingerprint"), self._hash)

    def _hash(self) -> str:
        signature = f"{self._info.sample_format} {grid_signature(self._geometry)}"
        digest = hashlib.sha256(signature.encode())
        n_inlines, n_crosslines, _ = self._geometry.shape
        numbers = np.unique(np.linspace(0, n_inlines * n_crosslines - 1, _FINGERPRINT_TRACES).astype(np.intp))
        digest.update(self.read_traces(numbers // n_crosslines, numbers % n_crosslines).tobytes())
        return digest.hexdigest()[:16]

    def read_section(self, key: SectionKey) -> FloatArray:
        """Read one section: float32 (n_samples, n_traces), slices (n_crosslines, n_inlines); a copy.

        See :meth:`seisview.data.volume.Volume.read_section`.
        """
        self._geometry.check(key)
        return self._read(lambda data: section_of(data, key))

    def read_traces(
        self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
    ) -> FloatArray:
        """Read single traces; see :meth:`seisview.data.volume.Volume.read_traces`."""
        rows, columns = np.asarray(inline_indices, np.intp), np.asarray(crossline_indices, np.intp)
        check_positions(self._geometry, rows, columns)
        out = np.empty((len(rows), self._geometry.n_samples), np.float32)
        block_rows, block_columns = rows // self._block[0], columns // self._block[1]
        for block in sorted(set(zip(block_rows.tolist(), block_columns.tolist(), strict=True))):
            inside = np.flatnonzero((block_rows == block[0]) & (block_columns == block[1]))
            row0, column0 = block[0] * self._block[0], block[1] * self._block[1]
            part = self._read(_block_reader(row0, row0 + self._block[0], column0, column0 + self._block[1]))
            out[inside] = part[rows[inside] - row0, columns[inside] - column0]
        return out

    def nonfinite_fraction(
        self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
    ) -> float:
        """Share of samples that are infinite or not a number, in the traces at these positions."""
        if "float" not in self._info.sample_format:
            return 0.0
        pairs = zip(inline_indices.tolist(), crossline_indices.tolist(), strict=True)
        data = self._opened()
        shares = [1.0 - float(np.mean(np.isfinite(np.asarray(data[i, j])))) for i, j in pairs]
        return float(np.mean(shares)) if shares else 0.0

    def close(self) -> None:
        """Let go of the array; closing twice is fine."""
        self._data = None

    def _opened(self) -> Any:
        if self._data is None:
            raise VolumeError(f"{self._info.path.name} was closed.", "Open the survey again.")
        self.check_unchanged()
        return self._data

    def _read(self, part: Any) -> FloatArray:
        data = self._opened()
        try:
            return _as_float(part(data))
        except MemoryError as error:
            raise VolumeError(
                f"A section of {self._info.path.name} does not fit into the memory.",
                "Close other programs, or write the array again in smaller chunks.",
            ) from error
        except _UNREADABLE as error:
            raise VolumeError(
                f"{self._info.path.name} can no longer be read: {error}.",
                "Check the disk and whether the file was moved, then open the survey again.",
            ) from error


class NpyVolume(ArrayVolume):
    """A survey in a ``.npy`` file, mapped into memory; nothing is loaded before it is asked for."""

    def __init__(self, data: Any, geometry: SurveyGeometry, info: SourceInfo) -> None:
        super().__init__(data, geometry, info)
        self._watch = ArrayWatch(info.path, file_stamp)
        self._opened_as = file_stamp(info.path)

    def _opened(self) -> Any:
        # touching a mapping beyond the end of a file that was cut ends the process: look first
        now, before, data = file_stamp(self._info.path), self._opened_as, self._data
        if now is not None and before is not None and now[0] == before[0] and data is not None:
            if now[1] < getattr(data, "offset", 0) + data.nbytes:
                raise VolumeError(
                    f"{self._info.path.name} is shorter than it was when it was opened.",
                    "Something cut or rewrote the file: open the survey again.",
                )
            return super()._opened()
        if data is None:
            return super()._opened()
        return data  # removed or replaced by another file: the mapping still holds what was opened


class ZarrVolume(ArrayVolume):
    """A survey in a zarr folder, read chunk by chunk."""

    def __init__(
        self, data: Any, geometry: SurveyGeometry, info: SourceInfo, block: tuple[int, int] = (1, 1)
    ) -> None:
        super().__init__(data, geometry, info, block)
        self._watch = ArrayWatch(info.path, folder_stamp, _ZARR_LOOK_S)


def open_npy(path: Path) -> NpyVolume:
    """Open a ``.npy`` file, with the geometry of its sidecar ``NAME.npy.json`` when there is one.

    Raises
    ------
    VolumeError
        If it is no array of numbers with two or three axes, is damaged, or does not fit its sidecar.
    """
    try:
        data = map_npy(path)
    except FileNotFoundError as error:
        raise VolumeError(f"There is no file {path}.", "Check the name; was it moved or renamed?") from error
    volume = _three_axes(data, path)
    geometry, notes = geometry_for(volume.shape, read_npy_geometry(path), path, data.ndim)
    return NpyVolume(volume, geometry, info_of(path, "npy", data.dtype, geometry, notes))


def open_zarr(path: Path) -> ZarrVolume:
    """Open a zarr array, or a group that holds exactly one survey; geometry from its ``seisview`` attribute.

    Raises
    ------
    VolumeError
        If it cannot be read or is no array of numbers with two or three axes.
    """
    import zarr

    check_codecs(path)
    try:
        with warnings.catch_warnings():
            # files that do not belong to the hierarchy are none of our business
            warnings.simplefilter("ignore")
            node = zarr.open(str(path), mode="r")
            data = _only_array(node, path) if isinstance(node, zarr.Group) else node
        plain = data.attrs.get(ZARR_ATTRIBUTE) or node.attrs.get(ZARR_ATTRIBUTE)
    except _UNREADABLE as error:
        if isinstance(error, VolumeError):
            raise
        raise VolumeError(f"{path.name} is not a readable zarr array: {error}.", "Write it again.") from error
    known = None if plain is None else geometry_from_dict(plain)
    volume = _three_axes(data, path)
    geometry, notes = geometry_for(volume.shape, known, path, data.ndim)
    block = tuple(data.chunks[:2]) if data.ndim == 3 else (1, data.chunks[0])
    return ZarrVolume(volume, geometry, info_of(path, "zarr", data.dtype, geometry, notes), block)


class _AsLine:
    """A (trace, sample) array seen as (1, trace, sample); reads only what is asked for."""

    ndim = 3

    def __init__(self, data: Any) -> None:
        self._data = data
        self.shape = (1, *data.shape)

    def __getitem__(self, index: Any) -> npt.NDArray[Any]:
        index = index if isinstance(index, tuple) else (index,)
        rest = np.asarray(self._data[index[1:] if len(index) > 1 else slice(None)])
        return rest[None] if isinstance(index[0], slice) else rest


def _three_axes(data: Any, path: Path) -> Any:
    if data.dtype.kind not in _KINDS:
        raise VolumeError(f"{path.name} holds {data.dtype}, not real numbers.", "Save amplitudes as float32.")
    if data.ndim not in (2, 3) or 0 in data.shape:
        raise VolumeError(
            f"{path.name} has the shape {tuple(data.shape)}; a survey has (inlines, crosslines, samples).",
            "Save the array with three axes, or two for one line: (traces, samples).",
        )
    if data.ndim == 3:
        return data
    return data[None] if isinstance(data, np.ndarray) else _AsLine(data)


def _only_array(group: Any, path: Path) -> Any:
    arrays = {name: array for name, array in group.arrays() if array.ndim in (2, 3)}
    for name in ("amplitude", "data"):
        if name in arrays:
            return arrays[name]
    if len(arrays) == 1:
        return next(iter(arrays.values()))
    found = ", ".join(sorted(arrays)) or "none"
    raise VolumeError(
        f"{path.name} is a zarr group without one clear survey array (found: {found}).",
        "Open the folder of the array itself, or name it 'amplitude'.",
    )


def _block_reader(row0: int, row1: int, column0: int, column1: int) -> Any:
    return lambda data: data[row0:row1, column0:column1]


def _as_float(part: Any) -> FloatArray:
    """Own, C-ordered float32 copy; what is not finite becomes 0."""
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.array(part, dtype=np.float32, order="C")
    if np.asarray(part).dtype.kind == "f":
        bad = ~np.isfinite(values)
        if bad.any():
            values[bad] = 0
    return values
