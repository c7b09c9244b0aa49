"""The files that reading is measured on: a SEG-Y of any size, the same as zarr, and a sparse one of 20 GB."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing, scratch_folder
from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.data.map_transform import MapTransform
from seisview.data.opening import open_volume
from seisview.data.segy.write import SegyLayout, create_segy
from seisview.data.synthetic import SyntheticConfig, synthesize
from seisview.errors import ExportError
from seisview.progress import Progress

Shape = tuple[int, int, int]

_HUGE_LINES = (250, 305)
_HUGE_SAMPLES = 32_767
_HEADER_BYTES = 240
# The survey, its fast copy, zarr, a copy and an export lie there at the same time.
_ROOM = 4


@contextmanager
def working_folder(chosen: Path | None) -> Iterator[Path]:
    """The chosen folder, or one that is deleted in the end."""
    if chosen is not None:
        chosen.mkdir(parents=True, exist_ok=True)
        yield chosen
        return
    with tempfile.TemporaryDirectory(prefix="seisview-benchmark-") as folder:
        yield Path(folder)


def written_survey(folder: Path, shape: Shape, progress: Progress) -> Path:
    """Path of a SEG-Y in 4-byte IBM floats of that shape; written when it is not in the folder yet.

    Raises
    ------
    ExportError
        If the disk is full.
    """
    path = folder / f"benchmark-{'x'.join(map(str, shape))}.sgy"
    if path.exists():
        return path
    n_bytes = 3600 + shape[0] * shape[1] * (_HEADER_BYTES + 4 * shape[2])
    free = shutil.disk_usage(folder).free
    if free < _ROOM * n_bytes:
        raise ExportError(
            f"Measuring needs {_ROOM * n_bytes / 1e9:.1f} GB of free space; {folder} has {free / 1e9:.1f}.",
            "Name a folder on a larger disk with --out.",
        )
    with replacing(path) as temporary:
        _write_tiled(temporary, shape, progress)
    return path


def _write_tiled(path: Path, shape: Shape, progress: Progress) -> None:
    """Tile a small synthetic survey, mirrored at the seams.

    The first lines are written by the SEG-Y writer; the others repeat its bytes with other line numbers,
    which is as fast as the disk.
    """
    progress.report("Making a synthetic survey")
    tile = synthesize(SyntheticConfig(n_inlines=64, n_crosslines=96, n_samples=128, seed=5)).amplitude
    tile = np.pad(tile, [(0, n) for n in tile.shape], mode="symmetric")[: shape[0]]
    repeats = [-(-count // size) for count, size in zip(shape[1:], tile.shape[1:], strict=True)]
    lines = np.tile(tile, (1, *repeats))[:, : shape[1], : shape[2]]
    transform = MapTransform(400_000.0, 6_000_000.0, 0.0, 25.0, 12.5, 0.0)
    geometry = SurveyGeometry(
        LineNumbers.regular(1000, 1, len(lines)), LineNumbers.regular(2000, 1, shape[1]), shape[2], 0.0, 4.0,
        transform=transform,
    )  # fmt: skip
    with scratch_folder(path) as scratch:
        first = scratch / "first.sgy"
        create_segy(first, np.ascontiguousarray(lines), geometry, layout=SegyLayout(sample_format=1))
        raw = np.fromfile(first, np.uint8)
    traces = raw[3600:].reshape(len(lines), shape[1], _HEADER_BYTES + 4 * shape[2])
    with path.open("wb") as file:
        file.write(raw[:3600].tobytes())
        for inline in progress.track(range(shape[0]), "Writing the survey"):
            shift = inline - inline % len(lines)
            file.write(_renumbered(traces[inline % len(lines)], shift).tobytes())


def _renumbered(traces: npt.NDArray[np.uint8], shift: int) -> npt.NDArray[np.uint8]:
    """Traces of one line as those of another, `shift` lines on: inline numbers and Y (in cm) change."""
    traces = traces.copy()
    for first_byte, step in ((9, 1), (189, 1), (77, 2500), (85, 2500), (185, 2500)):
        field = traces[:, first_byte - 1 : first_byte + 3]
        field[...] = (field.copy().view(">i4") + shift * step).astype(">i4").view(np.uint8)
    return traces


def written_zarr(folder: Path, survey: Path, progress: Progress) -> Path:
    """Path of the survey as zarr writes it by default: chunks of its choice, compressed."""
    import zarr

    target = folder / f"{survey.stem}.zarr"
    if target.exists():
        return target
    with replacing(target) as temporary, closing(open_volume(survey)) as volume:
        array = zarr.create_array(str(temporary), shape=volume.geometry.shape, dtype="f4")
        step = array.chunks[0]
        for first in progress.track(range(0, array.shape[0], step), "Writing the survey as zarr"):
            lines = range(first, min(first + step, array.shape[0]))
            sections = [volume.read_section(SectionKey(Axis.INLINE, line)).T for line in lines]
            array[first : lines.stop] = np.stack(sections)
    return target


def written_sparse(path: Path, progress: Progress) -> Path:
    """Write a SEG-Y of 20 GB: headers as usual, very long traces of zeros that take no room on the disk."""
    n_inlines, n_crosslines = _HUGE_LINES
    n_bytes = _HEADER_BYTES + 8 * _HUGE_SAMPLES
    with path.open("wb", buffering=0) as file:
        file.write(_sparse_file_header())
        for inline in progress.track(range(n_inlines), "Writing 20 GB of headers and holes"):
            for crossline in range(n_crosslines):
                file.seek(3600 + (inline * n_crosslines + crossline) * n_bytes)
                file.write(_sparse_trace_header(inline, crossline))
        file.truncate(3600 + n_inlines * n_crosslines * n_bytes)
    return path


def _sparse_file_header() -> bytes:
    head = bytearray(b"\x40" * 3200 + bytes(400))
    for byte, value in ((3217, 4000), (3221, _HUGE_SAMPLES), (3225, 6)):
        head[byte - 1 : byte + 1] = value.to_bytes(2, "big")
    return bytes(head)


def _sparse_trace_header(inline: int, crossline: int) -> bytes:
    header = bytearray(_HEADER_BYTES)
    for byte, value in ((9, 1000 + inline), (189, 1000 + inline), (193, 2000 + crossline)):
        header[byte - 1 : byte + 3] = value.to_bytes(4, "big")
    for byte, value in ((115, _HUGE_SAMPLES), (117, 4000)):
        header[byte - 1 : byte + 1] = value.to_bytes(2, "big")
    return bytes(header)
