"""Room on disk for facies that are predicted section by section before they are written as one file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.atomic import write_error
from seisview.data.geometry import SectionKey, SurveyGeometry, section_of

ByteArray = npt.NDArray[np.uint8]

_ZEROS = bytes(1 << 20)


class ScratchFacies:
    """Facies and confidence of a survey on disk; a sink for `predict_facies`.

    Attributes
    ----------
    facies, confidence : ndarray of uint8, shape (n_inlines, n_crosslines, n_samples)
        Class ids, 0 where nothing was predicted; 0..255 for confidence 0..1.
    """

    def __init__(self, facies: ByteArray, confidence: ByteArray) -> None:
        self.facies = facies
        self.confidence = confidence

    def write_section(self, key: SectionKey, facies: ByteArray, confidence: npt.NDArray[np.float32]) -> None:
        """Take one predicted section: class ids and confidence 0..1."""
        section_of(self.facies, key)[...] = facies
        section_of(self.confidence, key)[...] = np.rint(np.clip(confidence, 0.0, 1.0) * 255.0)


@contextmanager
def scratch_facies(geometry: SurveyGeometry, beside: Path) -> Iterator[ScratchFacies]:
    """Room for the facies of a survey in a folder beside `beside`, gone afterwards whatever happens.

    Raises
    ------
    ExportError
        If there is not enough room on the disk; known before anything is predicted.
    """
    try:
        folder = tempfile.TemporaryDirectory(
            prefix=".seisview-", dir=beside.parent, ignore_cleanup_errors=True
        )
    except OSError as error:
        raise write_error(beside, error) from error
    with folder as name:
        try:
            arrays = [_room(Path(name) / f"{part}.raw", geometry.shape) for part in ("facies", "confidence")]
        except OSError as error:
            raise write_error(beside, error) from error
        try:
            yield ScratchFacies(*arrays)
        finally:
            arrays.clear()


def _room(path: Path, shape: tuple[int, int, int]) -> ByteArray:
    """Map a file whose blocks are taken now: a full disk found out later would kill the program."""
    size = int(np.prod(shape, dtype=np.int64))
    with path.open("wb") as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            for start in range(0, size, len(_ZEROS)):
                file.write(_ZEROS[: size - start])
    return np.memmap(path, np.uint8, "r+", shape=shape)
