"""Facies, confidence and labels as ``.npy`` and zarr arrays of shape (inline, crossline, sample)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing, write_text_atomic
from seisview.data.geometry import Axis, SectionKey
from seisview.data.geometry_io import ZARR_ATTRIBUTE, geometry_to_dict, sidecar_path
from seisview.errors import ExportError
from seisview.export.content import Content
from seisview.progress import Progress

_ZARR_CHUNKS = (32, 64, 128)


def export_npy(content: Content, out: Path, progress: Progress | None = None) -> None:
    """Write a ``.npy`` array, inline by inline, and beside it ``OUT.json`` with the geometry.

    Class ids are uint8 (0 = none), confidence float32 in 0..1; shape (n_inlines, n_crosslines, n_samples).

    Parameters
    ----------
    content : Content
    out : Path
    progress : Progress, optional

    Raises
    ------
    ExportError
        If the disk fails; what was at `out` stays as it was.
    """
    with replacing(out) as temporary:
        with temporary.open("wb") as file:
            _write_npy_header(file, content)
            for inline in _inlines(content, progress, f"Writing {out.name}"):
                file.write(inline.tobytes())
        write_text_atomic(sidecar_path(out), json.dumps(_description(content)))


def export_zarr(content: Content, out: Path, progress: Progress | None = None) -> None:
    """Write a zarr array (version 3), a few inlines at a time, geometry and classes in its attributes.

    Class ids are uint8 (0 = none), confidence float32 in 0..1; shape (n_inlines, n_crosslines, n_samples).

    Parameters
    ----------
    content : Content
    out : Path
        A folder, replaced whole if it is a zarr array already.
    progress : Progress, optional

    Raises
    ------
    ExportError
        If the disk fails, or if there is a folder at `out` that is not a zarr array.
    """
    import zarr

    if out.exists() and not (out / "zarr.json").exists() and not (out / ".zarray").exists():
        raise ExportError(f"{out} exists and is not a zarr array.", "Choose another name.")
    shape = content.geometry.shape
    chunks = tuple(min(c, n) for c, n in zip(_ZARR_CHUNKS, shape, strict=True))
    with replacing(out) as temporary:
        array = zarr.create_array(temporary, shape=shape, chunks=chunks, dtype=_dtype(content), fill_value=0)
        array.attrs[ZARR_ATTRIBUTE] = _description(content)
        slab: list[npt.NDArray[Any]] = []
        for index, inline in enumerate(_inlines(content, progress, f"Writing {out.name}")):
            slab.append(inline)
            if len(slab) == chunks[0] or index == shape[0] - 1:
                array[index + 1 - len(slab) : index + 1] = np.stack(slab)
                slab.clear()


def _inlines(content: Content, progress: Progress | None, message: str) -> Iterator[npt.NDArray[Any]]:
    """Each inline as (n_crosslines, n_samples), the way arrays are laid out."""
    for index in (progress or Progress()).track(range(content.geometry.shape[0]), message):
        section = content.cube.section(SectionKey(Axis.INLINE, index))
        yield np.ascontiguousarray(content.values(section).T)


def _dtype(content: Content) -> np.dtype[Any]:
    return np.dtype("<f4" if content.kind.is_share else "u1")


def _write_npy_header(file: BinaryIO, content: Content) -> None:
    """Written by hand rather than through a memory map: a full disk under a memory map kills the program."""
    header = {
        "descr": np.lib.format.dtype_to_descr(_dtype(content)),
        "fortran_order": False,
        "shape": content.geometry.shape,
    }
    np.lib.format.write_array_header_1_0(file, header)


def _description(content: Content) -> dict[str, Any]:
    """The geometry, as every survey in an array has it, and beside it what the values mean."""
    return {
        **geometry_to_dict(content.geometry),
        "content": str(content.kind),
        "classes": content.class_table(),
        "provenance": dict(content.provenance),
    }
