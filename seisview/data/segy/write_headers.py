"""What the headers of a SEG-Y file written here hold; see :mod:`seisview.data.segy.write`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SurveyGeometry

BoolArray = npt.NDArray[np.bool_]

SAMPLE_FORMATS: dict[int, str] = {
    1: "4-byte IBM float",
    2: "4-byte signed integer",
    3: "2-byte signed integer",
    5: "4-byte IEEE float",
    8: "1-byte signed integer",
    16: "1-byte unsigned integer",
}
"""The sample formats that can be written, by their code in the binary header (16 is of revision 2)."""

_TEXT_LINES = 40
_TEXT_WIDTH = 76
_INT32_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True)
class SegyLayout:
    """How a SEG-Y file is laid out.

    Attributes
    ----------
    sample_format : int
        One of :data:`SAMPLE_FORMATS`. Integer formats round; a value that does not fit is an error.
    sorting : Axis
        ``Axis.INLINE``: inline by inline, crosslines fastest; ``Axis.CROSSLINE``: the other way round.
    present : ndarray of bool, shape (n_inlines, n_crosslines), or None
        Which traces are written; None writes all. The others are missing from the file.
    """

    sample_format: int = 5
    sorting: Axis = Axis.INLINE
    present: BoolArray | None = None


def text_header(text_lines: Sequence[str], geometry: SurveyGeometry, layout: SegyLayout) -> str:
    """The 3200 characters of the text header: `text_lines`, then how the file is laid out."""
    own = _layout_lines(geometry, layout)
    lines = [*text_lines][: _TEXT_LINES - len(own) - 2]
    lines += [""] * (_TEXT_LINES - len(own) - 2 - len(lines)) + own + ["SEG Y REV1", "END TEXTUAL HEADER"]
    plain = [line.encode("ascii", "replace").decode("ascii")[:_TEXT_WIDTH] for line in lines]
    return "".join(f"C{number:02d} {line:<{_TEXT_WIDTH}}" for number, line in enumerate(plain, start=1))


def _layout_lines(geometry: SurveyGeometry, layout: SegyLayout) -> list[str]:
    inlines, crosslines, unit = geometry.inlines, geometry.crosslines, geometry.domain.unit.upper()
    return [
        f"INLINES {inlines.first} TO {inlines.last} STEP {inlines.step}, "
        f"CROSSLINES {crosslines.first} TO {crosslines.last} STEP {crosslines.step}",
        f"DOMAIN {geometry.domain.upper()}: {geometry.n_samples} SAMPLES "
        f"FROM {geometry.sample_start:g} {unit} EVERY {geometry.sample_interval:g} {unit}",
        f"BYTES: INLINE 189, CROSSLINE 193, X 181, Y 185; SORTED BY {layout.sorting.upper()}",
        f"SAMPLE FORMAT {layout.sample_format}: {SAMPLE_FORMATS[layout.sample_format].upper()}, BIG ENDIAN",
    ]


def binary_header(geometry: SurveyGeometry, layout: SegyLayout) -> dict[int, int]:
    """Fields of the binary header, for ``segyio``'s ``bin.update``."""
    import segyio

    return {
        segyio.BinField.JobID: 1,
        segyio.BinField.LineNumber: geometry.inlines.first if geometry.is_2d else 1,
        segyio.BinField.ReelNumber: 1,
        segyio.BinField.Traces: 1,
        segyio.BinField.AuxTraces: 0,
        segyio.BinField.Interval: interval(geometry),
        segyio.BinField.IntervalOriginal: interval(geometry),
        segyio.BinField.Samples: geometry.n_samples,
        segyio.BinField.SamplesOriginal: geometry.n_samples,
        segyio.BinField.Format: layout.sample_format,
        segyio.BinField.EnsembleFold: 1,
        segyio.BinField.SortingCode: 4,  # horizontally stacked
        segyio.BinField.MeasurementSystem: 1,  # metres
        segyio.BinField.SEGYRevision: 2 if layout.sample_format == 16 else 1,
        segyio.BinField.SEGYRevisionMinor: 0,
        segyio.BinField.TraceFlag: 1,  # all traces have the same length
    }


def constant_fields(geometry: SurveyGeometry) -> dict[int, int]:
    """Trace header fields that all traces share, by 1-based byte."""
    start, start_scalar = _scaled_start(geometry.sample_start)
    return {
        25: 1,  # trace number within the ensemble
        29: 1,  # live seismic data
        31: 1,  # vertically summed traces
        33: 1,  # horizontally stacked traces
        35: 1,  # production data
        69: 1,
        71: coordinate_scalar(geometry),
        89: 1,  # coordinates are lengths
        109: start,
        115: geometry.n_samples,
        117: interval(geometry),
        215: start_scalar,
    }


def interval(geometry: SurveyGeometry) -> int:
    """Microseconds, or millimetres in the depth domain."""
    return round(geometry.sample_interval * 1000)


def _scaled_start(start: float) -> tuple[int, int]:
    """Start as a 2-byte integer and the scalar (negative: a divisor) that restores it."""
    for divisor in (1, 10, 100, 1000):
        scaled = start * divisor
        if abs(scaled - round(scaled)) < 1e-6 and abs(scaled) < 2**15:
            return round(scaled), 1 if divisor == 1 else -divisor
    return round(start), 1


def coordinate_scalar(geometry: SurveyGeometry) -> int:
    """Divisor (negative, as the standard has it) that keeps as many decimals as 4 bytes can hold."""
    if geometry.transform is None:
        return 1
    last = [n - 1 for n in geometry.shape[:2]]
    corners = [geometry.transform.xy(i * last[0], j * last[1]) for i in (0, 1) for j in (0, 1)]
    largest = max(abs(value) for corner in corners for value in corner)
    for divisor in (100, 10):
        if largest * divisor < _INT32_MAX:
            return -divisor
    return -1
