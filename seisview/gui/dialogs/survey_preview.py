"""A look into a survey before it is opened: what was detected, and a picture; free of Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.data.opening import open_volume
from seisview.data.volume import HeaderBytes, SourceInfo, Volume
from seisview.errors import SeisviewError, VolumeError
from seisview.gui.dialogs.preview_picture import PreviewSection, grey_values
from seisview.gui.dialogs.survey_facts import FORMATS, lines_text
from seisview.progress import Progress

if TYPE_CHECKING:
    from seisview.data.segy.describe import ByteCandidate

_MOST_TRACES = 2000


@dataclass(frozen=True, slots=True)
class SurveyChoice:
    """What to open.

    Attributes
    ----------
    path : Path
    header_bytes : HeaderBytes
        Positions the user chose; None where detection is to decide.
    """

    path: Path
    header_bytes: HeaderBytes = field(default_factory=HeaderBytes)


@dataclass(frozen=True, slots=True, eq=False)
class SurveyPreview:
    """What was found.

    Attributes
    ----------
    choice : SurveyChoice
        What was asked for.
    geometry : SurveyGeometry
    info : SourceInfo
    section : PreviewSection
        The middle inline.
    candidates : tuple of ByteCandidate
        What pairs of header bytes would give; empty for arrays.
    problem : SeisviewError or None
        Why the chosen bytes could not be used; everything else is then as detected.
    """

    choice: SurveyChoice
    geometry: SurveyGeometry
    info: SourceInfo
    section: PreviewSection
    candidates: tuple[ByteCandidate, ...] = ()
    problem: SeisviewError | None = None


def preview_survey(choice: SurveyChoice, is_stale: Callable[[], bool] = lambda: False) -> SurveyPreview:
    """Open a survey for a look, read its middle inline and close it.

    Bytes that do not work are not the end: the survey is then shown as detected, with the reason, and a file
    without usable line numbers as one 2-D line.

    Parameters
    ----------
    choice : SurveyChoice
    is_stale : callable, optional
        Whether the answer is wanted no more; the look is then given up at the next chance.

    Raises
    ------
    VolumeError
        If it is no survey by any bytes.
    Cancelled
        If `is_stale`.
    """
    used, problem = choice.header_bytes, None
    try:
        volume = open_volume(choice.path, used, _abandoned_when(is_stale))
    except VolumeError as error:
        if used == HeaderBytes():
            raise
        used, problem = HeaderBytes(), error.with_traceback(None)
        volume = open_volume(choice.path, used, _abandoned_when(is_stale))
    try:
        section = _middle_section(volume)
        candidates = _candidates(choice.path, used) if volume.info.format == "segy" else ()
        return SurveyPreview(choice, volume.geometry, volume.info, section, candidates, problem)
    finally:
        volume.close()


def _candidates(path: Path, used: HeaderBytes) -> tuple[ByteCandidate, ...]:
    from seisview.data.segy.describe import describe_segy

    return describe_segy(path, used).candidates


def facts(geometry: SurveyGeometry, info: SourceInfo) -> tuple[tuple[str, str], ...]:
    """Name and value of everything that was detected, in the words and units of interpreters."""
    domain, used = geometry.domain, info.header_bytes
    rows = [
        ("format", FORMATS.get(info.format, info.format)),
        ("inlines", "one 2-D line" if geometry.is_2d else lines_text(geometry.inlines)),
        ("traces" if geometry.is_2d else "crosslines", lines_text(geometry.crosslines)),
        ("samples", f"{geometry.n_samples}, every {geometry.sample_interval:g} {domain.unit}".strip()),
        (str(domain), domain.range_text(geometry.sample_start, geometry.sample_end)),
        ("sample format", info.sample_format),
    ]
    if info.format == "segy":
        lines = f"inline {_byte_text(used.inline)}, crossline {_byte_text(used.crossline)}"
        rows += [
            ("byte order", f"{info.byte_order} endian"),
            ("sorting", info.sorting),
            ("line bytes", lines),
            ("coordinates", f"X {_byte_text(used.x)}, Y {_byte_text(used.y)}"),
            ("text header", info.text_encoding.upper()),
        ]
    n_missing = info.n_missing_traces
    missing = f"{n_missing} positions without a trace" if n_missing else "none missing"
    return (*rows, ("traces in file", f"{info.n_traces or geometry.n_traces}, {missing}"))


def _middle_section(volume: Volume) -> PreviewSection:
    geometry = volume.geometry
    key = SectionKey(Axis.INLINE, geometry.count(Axis.INLINE) // 2)
    columns = _spread(geometry.count(Axis.CROSSLINE))
    traces = volume.read_traces(np.full(len(columns), key.index), columns)
    numbers, domain = geometry.crosslines, geometry.domain
    across = "trace" if geometry.is_2d else "crossline"
    return PreviewSection(
        title="the line" if geometry.is_2d else f"{geometry.title(key)} (the middle one)",
        grey=grey_values(np.ascontiguousarray(traces.T)),
        along=(across, str(numbers.first), str(numbers.last)),
        down=(
            str(domain),
            domain.text(geometry.sample_start),
            domain.text(geometry.sample_end),
        ),
    )


def _spread(count: int) -> npt.NDArray[np.intp]:
    """Evenly spread positions, all of them unless there are very many."""
    return np.unique(np.linspace(0, count - 1, min(count, _MOST_TRACES)).astype(np.intp))


def _byte_text(byte: int | None) -> str:
    return "none" if byte is None else f"byte {byte}"


def _abandoned_when(is_stale: Callable[[], bool]) -> Progress:
    progress = Progress(on_report=lambda _state: progress.cancel() if is_stale() else None)
    return progress
