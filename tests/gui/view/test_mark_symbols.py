"""Marks are told apart by shape, and by colour with every colour vision."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from seisview.gui.view.mark_symbols import MARK_COLORS, MARK_NAMES, draw_mark, mark_pen
from tests.labels.test_facies import _VISIONS, _lab


@pytest.mark.parametrize("vision", _VISIONS)
def test_colours_are_told_apart_by_everybody(vision):
    colors = [QColor(color) for color in MARK_COLORS.values()]
    table = np.array([[c.redF(), c.greenF(), c.blueF()] for c in colors])
    linear = np.where(table <= 0.04045, table / 12.92, ((table + 0.055) / 1.055) ** 2.4)
    lab = _lab(linear @ _VISIONS[vision].T)
    assert min(np.linalg.norm(a - b) for a, b in combinations(lab, 2)) >= 40


def drawn(qapp, kind, radius=4.0):
    image = QImage(14, 14, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    draw_mark(painter, kind, QPointF(7, 7), radius)
    painter.end()
    return np.array([[image.pixelColor(x, y) != QColor("white") for x in range(14)] for y in range(14)])


def test_shapes_are_told_apart_without_colour(qapp):
    shapes = {kind: drawn(qapp, kind) for kind in MARK_COLORS}
    for one, other in combinations(shapes, 2):
        differs = (shapes[one] != shapes[other]).sum()
        assert differs >= 10, (one, other)


def test_every_mark_has_a_name_and_lines_differ():
    assert set(MARK_NAMES) == set(MARK_COLORS)
    styles = {mark_pen(kind).style() for kind in ("labelled", "holdout", "next")}
    assert len(styles) == 3
