"""What lies along a drawn line: read in the background, first quickly, then exactly. Free of Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from seisview.data.bricks.fast_volume import FastVolume
from seisview.data.gaps import dead_traces
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.data.line_path import METRES_IN_KM, LinePath
from seisview.data.volume import Volume
from seisview.gui.section.display_look import Look
from seisview.gui.section.section_picture import AxisScale, SectionPicture, axis_scales
from seisview.gui.status.status_line import CursorReadout
from seisview.labels.facies import FaciesScheme
from seisview.workflows.facies.agreement import Agreement

ByteArray = npt.NDArray[np.uint8]
IntArray = npt.NDArray[np.intp]
FaciesAlong = Callable[[IntArray, IntArray], tuple[ByteArray, ByteArray] | None]
"""Facies and confidence, (n_samples, n) each, along a line of traces."""
ComparedAlong = Callable[[IntArray, IntArray], tuple[ByteArray, Agreement]]
"""Facies that others are compared with, (n_samples, n), and how far both agree along a line of traces."""


@dataclass(frozen=True, slots=True, eq=False)
class LineData:
    """What was read along a line, (n_samples, n) each; no facies and confidence without a prediction.

    `is_exact` is False for amplitudes from the fast copy of the survey: they are read again. `shown` is what
    is drawn: the amplitudes through a display filter, or None for themselves. `compared` are the facies that
    are drawn left of the divider while two results are compared, and `agreement` is how far they agree.
    """

    path: LinePath
    amplitude: npt.NDArray[np.float32]
    facies: ByteArray | None = None
    confidence: ByteArray | None = None
    is_exact: bool = True
    shown: npt.NDArray[np.float32] | None = None
    compared: ByteArray | None = None
    agreement: Agreement | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LineLabels:
    """Labels along a line, uint8 (n_samples, n), 0 = unlabelled."""

    path: LinePath
    labels: ByteArray


def read_quickly(fast: FastVolume | None, path: LinePath) -> LineData | None:
    """Amplitudes from the fast copy of the survey; None when it cannot give them."""
    quick = None if fast is None else fast.quick_traces(path.inlines, path.crosslines)
    return None if quick is None else LineData(path, quick.amplitude, is_exact=False)


def read_exactly(volume: Volume, path: LinePath) -> LineData:
    """Amplitudes at full precision."""
    return LineData(path, np.ascontiguousarray(volume.read_traces(path.inlines, path.crosslines).T))


def with_facies(data: LineData, facies_along: FaciesAlong | None) -> LineData:
    """Add the facies along the line, as far as they are known, or take them away."""
    found = None if facies_along is None else facies_along(data.path.inlines, data.path.crosslines)
    facies, confidence = (None, None) if found is None else found
    return replace(data, facies=facies, confidence=confidence)


def with_compared(data: LineData, along: ComparedAlong | None) -> LineData:
    """Add the facies of another result that these are compared with, or take them away."""
    compared, found = (None, None) if along is None else along(data.path.inlines, data.path.crosslines)
    return replace(data, compared=compared, agreement=found)


def seen_through(data: LineData, look: Look | None) -> LineData:
    """Draw the amplitudes through a display filter, or as they are."""
    return replace(data, shown=None if look is None else look(data.amplitude))


def picture_of(data: LineData, geometry: SurveyGeometry, xy_unit: str = "") -> SectionPicture:
    """The picture of a line; its key is that of the inline it begins on, which the view tells axes by."""
    along = axis_along(data.path, xy_unit)
    samples = axis_scales(geometry, Axis.INLINE)[1]
    key = SectionKey(Axis.INLINE, int(data.path.inlines[0]))
    shown = data.amplitude if data.shown is None else data.shown
    return SectionPicture(key, "arbitrary line", shown, along, samples, dead_traces(data.amplitude))


def axis_along(path: LinePath, xy_unit: str) -> AxisScale:
    """Distance along a line, in kilometres where metres would be many; traces without map coordinates."""
    if not path.has_coordinates:
        counted = np.arange(1, len(path) + 1, dtype=np.float64)
        return AxisScale("trace along the line, from A", "", counted)
    numbers, unit = path.distance, xy_unit or "m or ft"  # the survey does not always say which
    if unit == "m" and numbers[-1] >= METRES_IN_KM:
        numbers, unit = numbers / METRES_IN_KM, "km"
    return AxisScale("distance from A", unit, numbers, continuous=True)


def readout_of(
    data: LineData,
    place: tuple[int, int],
    labels: ByteArray | None,
    geometry: SurveyGeometry,
    scheme: FaciesScheme,
    is_left: bool = False,
) -> CursorReadout:
    """What lies at (sample, trace along the line), in survey units; left of the divider, what is compared."""
    row, column = place
    inline, crossline = int(data.path.inlines[column]), int(data.path.crosslines[column])
    label, sure = 0 if labels is None else int(labels[row, column]), None
    if not label and is_left and data.compared is not None:
        label = int(data.compared[row, column])
    elif not label and data.facies is not None and data.confidence is not None:
        label = int(data.facies[row, column])
        sure = float(data.confidence[row, column]) / 255 if label else None
    amplitude = float(data.amplitude[row, column])
    return CursorReadout(
        geometry.inlines.number_at(inline),
        geometry.crosslines.number_at(crossline),
        geometry.domain.text(geometry.sample_at(row)),
        geometry.xy(inline, crossline),
        amplitude if np.isfinite(amplitude) else None,
        scheme.name_of(label) if label else "",
        sure,
    )
