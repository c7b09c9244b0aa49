"""What goes where on the base map: the legend below it, the scale of its colours beside the survey."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetrics

from seisview.data.geometry import SurveyGeometry
from seisview.gui.panes.map_axes import MARGIN
from seisview.gui.panes.map_frame import Area, MapFrame
from seisview.gui.panes.map_layer import MapLayer
from seisview.gui.panes.map_marks import LEGEND_HEIGHT, Legend

_LEAST_SHARE = 0.25  # a scale is not worth a map half as wide and half as high


def lay_out(
    geometry: SurveyGeometry, size: QSize, metrics: QFontMetrics, kinds: Iterable[str], layer: MapLayer | None
) -> tuple[MapFrame, Legend]:
    """Fit the survey into a widget, and leave room for what says what its marks and colours mean.

    Parameters
    ----------
    geometry : SurveyGeometry
    size : QSize
        Of the widget.
    metrics : QFontMetrics
        Of its font.
    kinds : iterable of str
        Kinds of marks that are there.
    layer : MapLayer or None
        Colours whose scale must not lie over the survey.
    """
    left, top, right, bottom = MARGIN
    legend = Legend.fitted(kinds, metrics, left, size.width())
    height = size.height() - top - bottom - legend.height + LEGEND_HEIGHT
    area = Area(left, top, max(size.width() - left - right, 20), max(height, 20))
    whole = MapFrame.fitted(geometry, area)
    if layer is None or not layer.covers(whole, metrics):
        return whole, legend
    scale = layer.scale_size(metrics, area)
    beside = [
        MapFrame.fitted(geometry, area, free)
        for free in ((scale.width(), 0.0), (0.0, scale.height()))
        if free[0] < area.width and free[1] < area.height
    ]
    frame = max(beside, key=_share_of, default=whole)
    return (frame if _share_of(frame) >= _LEAST_SHARE * _share_of(whole) else whole), legend


def _share_of(frame: MapFrame) -> float:
    """How large the survey is drawn, to compare frames of one survey."""
    return frame.scale_x * frame.scale_y
