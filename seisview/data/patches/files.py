"""Reading one patch image from a file that may be anything; what is odd is refused, never replaced."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.data.arrays.npy_file import GARBLED, map_npy
from seisview.data.patches.mat_file import read_mat_array
from seisview.data.volume import FloatArray
from seisview.errors import VolumeError

PATCH_SUFFIXES = (".mat", ".npy", ".png", ".tif", ".tiff")
"""What a collection of patches may consist of."""

_LARGEST_SIDE = 8192
_UNREADABLE = (*GARBLED, struct.error, zlib.error, NotImplementedError)


def read_patch(path: Path, key: str = "img") -> FloatArray:
    """Read one image with its amplitudes as they are stored.

    Parameters
    ----------
    path : Path
        ``.mat`` (up to version 7.2), ``.npy``, ``.png`` or ``.tif``.
    key : str
        Name of the array in a ``.mat`` file.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        The mean over the channels of a colour image.

    Raises
    ------
    VolumeError
        If the file cannot be read, holds no such array, is no image, is empty, or holds values that are not
        finite.
    """
    readers: dict[str, Callable[[], npt.NDArray[Any]]] = {
        ".mat": lambda: _read_mat(path, key),
        ".npy": lambda: _checked_shape(map_npy(path)),
    }
    read = readers.get(path.suffix.lower(), lambda: _read_image(path))
    try:
        return _as_image(read())
    except _UNREADABLE as error:
        if isinstance(error, VolumeError):
            raise
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise VolumeError(f"it cannot be read ({reason})") from error


def _read_mat(path: Path, key: str) -> npt.NDArray[Any]:
    try:
        return read_mat_array(path, key, _check)
    except NotImplementedError as error:
        raise VolumeError("it is a MATLAB 7.3 file; save it with -v7") from error


def _read_image(path: Path) -> npt.NDArray[Any]:
    from PIL import Image

    try:
        with Image.open(path) as image:
            _check((image.height, image.width))
            if image.mode in ("P", "PA", "CMYK", "YCbCr", "LAB", "HSV"):
                image = image.convert("RGB")  # type: ignore[assignment]
            elif image.mode in ("LA", "RGBA", "1"):
                image = image.convert("RGB" if image.mode == "RGBA" else "L")  # type: ignore[assignment]
            return np.asarray(image)
    except Image.DecompressionBombError as error:
        raise VolumeError("it is too large for a patch") from error


def _checked_shape(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    _check(values.shape)
    return values


def _check(shape: tuple[int, ...]) -> None:
    """Refuse what is no image before it is unpacked, however much it claims to be."""
    flat = len(shape) == 2 or (len(shape) == 3 and shape[2] in (1, 3))
    if not flat:
        raise VolumeError(f"it has the shape {shape}, not that of an image")
    if 0 in shape:
        raise VolumeError("it is empty")
    if max(shape[:2]) > _LARGEST_SIDE:
        raise VolumeError(f"it has the shape {shape}: too large for a patch")


def _as_image(values: npt.NDArray[Any]) -> FloatArray:
    _check(values.shape)
    if values.dtype.kind not in "fiub":
        raise VolumeError(f"it holds {values.dtype}, not real numbers")
    with np.errstate(over="ignore"):
        image = np.array(values, np.float32)
    if image.ndim == 3:
        image = image.mean(axis=2, dtype=np.float32)
    if not np.isfinite(image).all():
        raise VolumeError("it holds values that are not finite")
    return np.ascontiguousarray(image)
