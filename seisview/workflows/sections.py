"""Writing one section of a survey as a picture or as numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing
from seisview.data.amplitude import measure_amplitudes
from seisview.data.colormaps import DEFAULT_COLORMAP
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry, section_of
from seisview.data.volume import FloatArray, Volume
from seisview.errors import GeometryError
from seisview.events import Note
from seisview.export.content import Content, SectionCube
from seisview.export.guard import refuse_overwriting
from seisview.export.images import save_section_image
from seisview.export.section_image import AmplitudeStyle, SectionPicture
from seisview.labels.facies import FaciesScheme
from seisview.progress import Progress


@dataclass(frozen=True, slots=True)
class SectionStyle:
    """How a section is drawn.

    Attributes
    ----------
    clip_percentile : float
        Percentile of the survey's absolute amplitudes at the ends of the colour map.
    gain : float
        Multiplies amplitudes before they are coloured.
    colormap : str
        Name of a shipped colour map; empty for the default.
    facies : Path or None
        A facies volume of the survey's shape to draw over it.
    """

    clip_percentile: float = 99.0
    gain: float = 1.0
    colormap: str = ""
    facies: Path | None = None

    def __post_init__(self) -> None:
        if self.facies is not None:
            object.__setattr__(self, "facies", Path(self.facies))


def section_key(
    geometry: SurveyGeometry, axis: Axis, number: float, progress: Progress | None = None
) -> SectionKey:
    """Return the section a user names by line number, time (ms) or depth (m).

    Parameters
    ----------
    geometry : SurveyGeometry
    axis : Axis
    number : float
        Lines are taken exactly. Of times and depths the nearest sample is taken, with a note when it is
        another one.
    progress : Progress, optional
        Told the note.

    Raises
    ------
    GeometryError
        If there is no such line, or the time or depth lies outside the survey.
    """
    if Axis.named(axis) is not Axis.SAMPLE:
        return geometry.exact_key(axis, int(number))
    margin = geometry.sample_interval / 2
    if not geometry.sample_start - margin <= number <= geometry.sample_end + margin:
        domain = geometry.domain
        raise GeometryError(
            f"There is no sample at {domain.text(number)}.",
            f"Samples run from {domain.range_text(geometry.sample_start, geometry.sample_end)}.",
        )
    key = geometry.key_for(axis, number)
    if progress is not None and not math.isclose(geometry.number_of(key), number, abs_tol=1e-6):
        asked = geometry.domain.text(number)
        progress.emit(Note(f"There is no sample at {asked}: the nearest, {geometry.title(key)}, is taken."))
    return key


def section_place(geometry: SurveyGeometry, key: SectionKey) -> dict[str, Any]:
    """Which section it is, as plain data: what people call it, its axis, and its line number or position."""
    return {"section": geometry.title(key), "axis": str(key.axis), "number": geometry.number_of(key)}


def shown_section(content: Content, section: SectionKey | None = None) -> SectionKey:
    """Which section a picture of some content shows: the one that is named, else the middle inline.

    Of labels it is the labelled inline nearest to it, or any labelled section.
    """
    if section is not None:
        return section
    middle = content.geometry.shape[0] // 2
    labelled = content.cube.sections if isinstance(content.cube, SectionCube) else {}
    inlines = (key for key in labelled if key.axis is Axis.INLINE)
    nearest = min(inlines, key=lambda key: abs(key.index - middle), default=None)
    return nearest or min(labelled, default=SectionKey(Axis.INLINE, middle))


def picture_place(content: Content, out: Path, section: SectionKey | None = None) -> dict[str, Any]:
    """Say which section a picture shows, as plain data; nothing of files that hold them all."""
    if out.suffix.lower() != ".png":
        return {}
    return section_place(content.geometry, shown_section(content, section))


def write_section(
    volume: Volume,
    key: SectionKey,
    out: Path | str,
    style: SectionStyle | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write one section: ``.npy`` holds its float32 samples, ``.png`` a picture with axes and colour bar.

    Parameters
    ----------
    volume : Volume
    key : SectionKey
    out : Path or str
    style : SectionStyle, optional
        For pictures.
    progress : Progress, optional

    Returns
    -------
    dict
        What was written, as plain data.

    Raises
    ------
    ExportError
        If the file cannot be written or is the survey itself.
    """
    out, style, progress = Path(out), style or SectionStyle(), progress or Progress()
    refuse_overwriting(out, [volume.info.path, style.facies])
    progress.report(f"Reading {volume.geometry.title(key)}")
    amplitude = volume.read_section(key)
    if out.suffix.lower() == ".npy":
        with replacing(out) as temporary:
            np.save(temporary, amplitude)
    else:
        save_section_image(_picture(volume, key, amplitude, style, progress), out)
    return {
        **section_place(volume.geometry, key),
        "shape": list(amplitude.shape),
        "min": float(amplitude.min()),
        "max": float(amplitude.max()),
        "out": str(out),
    }


def _picture(
    volume: Volume, key: SectionKey, amplitude: FloatArray, style: SectionStyle, progress: Progress
) -> SectionPicture:
    statistics = measure_amplitudes(volume, progress)
    center, limit = statistics.color_range(style.clip_percentile)
    facies, scheme = None, None
    if style.facies is not None:
        facies, scheme = _facies(style.facies, volume, key)
    return SectionPicture(
        volume.geometry,
        key,
        amplitude,
        AmplitudeStyle(limit / style.gain, style.colormap or DEFAULT_COLORMAP, center=center),
        facies=facies,
        scheme=scheme,
        source=volume.info.path.name,
    )


def _facies(path: Path, survey: Volume, key: SectionKey) -> tuple[npt.NDArray[np.uint8], FaciesScheme]:
    from seisview.data.labels_io import read_label_volume
    from seisview.workflows.class_tables import scheme_for

    facies = read_label_volume(path, survey.geometry, header_bytes=survey.info.header_bytes)
    section = np.ascontiguousarray(section_of(facies, key))
    ids = np.unique(section)
    return section, scheme_for(path, ids[ids > 0])
