"""Reading labels that were made elsewhere: a volume of classes, or a folder of section masks."""

from __future__ import annotations

import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.data.arrays.npy_file import GARBLED, map_npy
from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.data.opening import open_volume
from seisview.data.volume import HeaderBytes, Volume
from seisview.errors import GeometryError, LabelError, VolumeError
from seisview.progress import Progress

LabelArray = npt.NDArray[np.uint8]

_MASK_NAME = re.compile(r"(inline|crossline)_(-?\d+)\.(png|npy)", re.IGNORECASE)
_MASK_SUFFIXES = (".png", ".npy")
_UNREADABLE = (*GARBLED, struct.error, zlib.error)


def read_label_volume(
    path: str | Path,
    geometry: SurveyGeometry,
    progress: Progress | None = None,
    header_bytes: HeaderBytes = HeaderBytes(),
) -> LabelArray:
    """Read a class for every sample of a survey.

    Parameters
    ----------
    path : str or Path
        SEG-Y, ``.npy`` or zarr of the survey's shape, holding whole numbers 0..255.
    geometry : SurveyGeometry
        Of the survey. Lines that the file stores in another order are put in the survey's.
    progress : Progress, optional
    header_bytes : HeaderBytes
        Where the survey has its line numbers; taken for a SEG-Y file in which detection finds other lines.

    Returns
    -------
    ndarray of uint8, shape (n_inlines, n_crosslines, n_samples)
        0 where there is no label.

    Raises
    ------
    LabelError
        If the shape, the line numbers or the values do not fit.
    VolumeError
        If the file cannot be read.
    """
    path = Path(path)
    try:
        volume, order = _open_matching(path, geometry, HeaderBytes())
    except (LabelError, VolumeError) as by_detection:
        if header_bytes == HeaderBytes():
            raise
        try:
            volume, order = _open_matching(path, geometry, header_bytes)
        except (LabelError, VolumeError):
            raise by_detection from None
    with closing(volume):
        labels = np.zeros(geometry.shape, np.uint8)
        for target, source in enumerate(order[0]):
            if progress is not None:
                progress.report("Reading labels", target, len(order[0]))
            section = volume.read_section(SectionKey(Axis.INLINE, source)).T[order[1]]
            labels[target] = _as_classes(section, path.name)
        return labels


def _open_matching(
    path: Path, geometry: SurveyGeometry, header_bytes: HeaderBytes
) -> tuple[Volume, tuple[list[int], list[int]]]:
    """A label volume, and for each inline and crossline of the survey its index there."""
    volume = open_volume(path, header_bytes)
    try:
        if volume.geometry.shape != geometry.shape:
            raise LabelError(
                f"The labels in {path.name} have the shape {volume.geometry.shape} (inlines, "
                f"crosslines, samples), the survey {geometry.shape}.",
                "Choose labels made for this survey.",
            )
        return volume, _matching_lines(volume, geometry, path.name)
    except LabelError:
        volume.close()
        raise


def read_mask_folder(path: str | Path, geometry: SurveyGeometry) -> dict[SectionKey, LabelArray]:
    """Read masks of single sections, named by line number: ``inline_120.png``, ``crossline_433.npy``.

    Parameters
    ----------
    path : str or Path
        Folder; PNG images are grey or palette images whose pixel value is the class.
    geometry : SurveyGeometry

    Returns
    -------
    dict of SectionKey to ndarray of uint8, shape (n_samples, n_traces)

    Raises
    ------
    LabelError
        If a name, line number, shape or value does not fit, or no mask is there.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise LabelError(f"There is no folder {folder}.", "Choose the folder that holds the masks.")
    masks: dict[SectionKey, LabelArray] = {}
    for file in sorted(_mask_files(folder)):
        key = _key_of(file, geometry)
        if key in masks:
            raise LabelError(f"{folder} holds two masks for {geometry.title(key)}.", "Keep one of them.")
        masks[key] = _as_classes(_load(file, geometry.section_shape(key.axis)), file.name)
    if not masks:
        raise LabelError(
            f"{folder} holds no masks.",
            "Masks are called inline_120.png or crossline_433.npy, by line number.",
        )
    return masks


def _key_of(file: Path, geometry: SurveyGeometry) -> SectionKey:
    named = _MASK_NAME.fullmatch(file.name)
    if named is None:
        raise LabelError(
            f"{file.name} does not say which section it is for.",
            "Call masks inline_120.png or crossline_433.npy, by line number.",
        )
    try:
        return geometry.exact_key(Axis(named[1].lower()), int(named[2]))
    except GeometryError as error:
        raise LabelError(f"{file.name} is for a line that the survey does not have.", error.hint) from error


def _mask_files(folder: Path) -> Iterator[Path]:
    """Images and arrays of a folder; not the hidden ones that some systems put beside every file."""
    for item in folder.iterdir():
        if item.suffix.lower() in _MASK_SUFFIXES and not item.name.startswith("."):
            yield item


def _load(file: Path, wanted: tuple[int, int]) -> npt.NDArray[Any]:
    """Values of a mask; its shape is checked before they are unpacked, however much they claim to be."""
    try:
        if file.suffix.lower() == ".npy":
            values = map_npy(file)
            _check_shape(file, values.shape, wanted)
            return np.array(values)
        return _load_image(file, wanted)
    except _UNREADABLE as error:
        if isinstance(error, LabelError):
            raise
        raise LabelError(f"{file.name} cannot be read: {error}.", "Save the mask again.") from error


def _load_image(file: Path, wanted: tuple[int, int]) -> npt.NDArray[Any]:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            # a section may be larger than the pictures that it warns of
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(file, formats=("PNG",))
    except Image.DecompressionBombError as error:
        raise LabelError(f"{file.name} is far larger than a section.", "Save the mask again.") from error
    with image:
        if image.mode not in ("L", "P", "1", "I", "I;16"):
            raise LabelError(
                f"{file.name} is a colour image ({image.mode}).",
                "Save masks as grey or palette images whose pixel value is the class.",
            )
        _check_shape(file, image.size[::-1], wanted)
        return np.asarray(image)


def _check_shape(file: Path, shape: tuple[int, ...], wanted: tuple[int, int]) -> None:
    if shape != wanted:
        raise LabelError(
            f"{file.name} has the shape {shape}, the section {wanted} (samples, traces).",
            "Save masks with time or depth downwards and traces to the right.",
        )


def _as_classes(values: npt.NDArray[Any], name: str) -> LabelArray:
    values = np.asarray(values)
    if values.dtype.kind not in "fiub":
        raise LabelError(f"{name} holds {values.dtype}, not class numbers.", "Save classes as uint8.")
    bad = (
        ~((values >= 0) & (values <= 255) & (values == np.floor(values))) if values.size else values != values
    )
    if bad.any():
        raise LabelError(
            f"{name} holds {values[bad].ravel()[0]:g}, which is no class number.",
            "Labels are whole numbers from 0 (unlabelled) to 255; is this an amplitude survey?",
        )
    return values.astype(np.uint8)


def _matching_lines(volume: Volume, geometry: SurveyGeometry, name: str) -> tuple[list[int], list[int]]:
    """For each inline and crossline of the survey, its index in the label volume."""
    if volume.info.format != "segy" and volume.info.warnings:
        return list(range(geometry.shape[0])), list(range(geometry.shape[1]))
    found = []
    for axis, wanted, there in (
        ("inlines", geometry.inlines, volume.geometry.inlines),
        ("crosslines", geometry.crosslines, volume.geometry.crosslines),
    ):
        found.append(_indices(wanted, there, f"{axis} of {name}"))
    return found[0], found[1]


def _indices(wanted: LineNumbers, there: LineNumbers, what: str) -> list[int]:
    place = {number: index for index, number in enumerate(there.numbers)}
    if set(place) != set(wanted.numbers):
        raise LabelError(
            f"The {what} are numbered {there.first} to {there.last}, those of the survey {wanted.first} to "
            f"{wanted.last}.",
            "Choose labels made for this survey, or check the header bytes.",
        )
    return [place[number] for number in wanted.numbers]


__all__ = ["LabelArray", "read_label_volume", "read_mask_folder"]
