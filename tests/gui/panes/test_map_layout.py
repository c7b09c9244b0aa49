"""Base maps of any size: the scale lies beside the survey, and the legend names every kind of mark."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.data.map_transform import MapTransform
from seisview.export.surface import Surface
from seisview.gui.panes.base_map import BaseMap
from seisview.gui.panes.map_layer import MapLayer
from seisview.gui.panes.map_marks import MapMark, section_mark
from seisview.gui.view.mark_symbols import MARK_COLORS

LINES = LineNumbers.regular(100, 1, 40), LineNumbers.regular(300, 1, 60)
STRAIGHT = SurveyGeometry(*LINES, 10, 0.0, 4.0, transform=MapTransform(6e5, 6e6, 0.0, 25.0, 25.0, 0.0))
ROTATED = SurveyGeometry(*LINES, 10, 0.0, 4.0, transform=MapTransform(6e5, 6e6, -12.0, 22.0, 22.0, 12.0))
WITHOUT_XY = SurveyGeometry(*LINES, 10, 0.0, 4.0)
SIZES = [(160, 120), (240, 150), (330, 180), (520, 250), (300, 600), (800, 500)]


@pytest.fixture
def base_map(qtbot) -> BaseMap:
    made = BaseMap()
    qtbot.addWidget(made)
    return made


def picture(base_map: BaseMap, geometry: SurveyGeometry, size: tuple[int, int], values: float) -> QImage:
    base_map.resize(*size)
    base_map.set_geometry(geometry, "m")
    field = np.full(geometry.shape[:2], values, np.float32)
    field[0, 0] = 0.0 if values else 1.0
    base_map.set_layer(MapLayer.of(Surface(field, "top of Sand", "time", geometry)))
    return base_map.grab().toImage()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("geometry", [STRAIGHT, ROTATED, WITHOUT_XY])
def test_the_scale_covers_no_part_of_the_survey(base_map, geometry, size) -> None:
    image = picture(base_map, geometry, size, 0.5)
    seen = image.pixelColor(base_map.pixel_of(20, 30).toPoint())
    last_inline, last_crossline = geometry.shape[0] - 2, geometry.shape[1] - 2
    for inline in (3, last_inline // 2, last_inline):
        for crossline in (3, last_crossline // 2, last_crossline):
            at = base_map.pixel_of(inline, crossline).toPoint()
            assert image.pixelColor(at) == seen, (inline, crossline)


def test_the_scale_is_there_unless_the_map_would_be_tiny(base_map) -> None:
    for geometry in (STRAIGHT, ROTATED, WITHOUT_XY):
        for size in SIZES[2:]:
            picture(base_map, geometry, size, 0.5)
            assert not base_map._layer.covers(base_map.frame, base_map.fontMetrics()), size


@pytest.mark.parametrize("width", [160, 200, 240, 300, 340, 500])
def test_the_legend_names_every_kind_of_mark(base_map, width) -> None:
    base_map.resize(width, 200)
    base_map.set_geometry(STRAIGHT, "m")
    line = SectionKey(Axis.INLINE, 10)
    marks = [section_mark(line, STRAIGHT, kind, kind) for kind in ("labelled", "holdout", "next")]
    base_map.set_marks([*marks, MapMark((5, 5), (5, 5), "match", "match")])
    image = base_map.grab().toImage()
    area = base_map.frame.area
    below = range(round(area.top + area.height) + 2, image.height())
    colors = {image.pixelColor(x, y).name() for y in below for x in range(image.width())}
    assert {QColor(color).name() for color in MARK_COLORS.values()} <= colors
    words = [x for y in below for x in (image.width() - 1, 0) if is_ink(image, x, y)]
    assert not words  # nothing is cut at the edges


def is_ink(image: QImage, x: int, y: int) -> bool:
    return image.pixelColor(x, y) != image.pixelColor(0, image.height() - 1)
