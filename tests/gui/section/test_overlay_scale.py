"""The scale of the layer over a section: right numbers and colours, gone with the layer."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from seisview.gui.section.section_view import SectionView

PALETTE = np.zeros((256, 3), np.uint8)


def values(view: SectionView, value: int) -> np.ndarray:
    return np.full(view._picture.shape, value, np.uint8)


def texts(view: SectionView) -> list[str]:
    return [text for _, text in view.overlay_scale.scale.ticks]


def seen_over_grey(view: SectionView, fraction: float) -> QColor:
    area = view.overlay_scale.bar_area()
    image = view.overlay_scale.grab().toImage()
    at = area.bottom() - fraction * area.height()
    return image.pixelColor(round(area.center().x()), round(at))


def test_there_is_none_without_a_layer_that_has_a_scale(view: SectionView) -> None:
    view.set_facies(values(view, 1))
    assert not view.overlay_scale.isVisible()
    view.set_layer("confidence", True, 0.6)
    assert not view.overlay_scale.isVisible()  # the layer is on, but there is nothing in it


def test_similarity_runs_from_0_to_100_percent_and_goes_with_its_layer(view: SectionView, qtbot) -> None:
    width = view.canvas.width()
    view.set_layer("matches", True, 1.0)
    view.set_matches(values(view, 200))
    assert view.overlay_scale.isVisible()
    assert texts(view) == ["0 %", "50 %", "100 %"]
    assert "match confidence" in view.overlay_scale.accessibleName()
    qtbot.waitUntil(lambda: view.overlay_scale.height() > 90)
    assert view.canvas.width() >= width - 8  # next to no room is taken from the section
    top, bottom = seen_over_grey(view, 0.97), seen_over_grey(view, 0.03)
    assert top.red() > 240 > 130 > top.blue()
    assert bottom.saturation() < 5  # what is not alike stays clear
    view.set_layer("matches", False, 1.0)
    assert not view.overlay_scale.isVisible()
    view.set_layer("matches", True, 1.0)
    assert view.overlay_scale.isVisible()
    view.set_matches(None)
    assert not view.overlay_scale.isVisible()


def test_anomaly_has_the_scores_of_the_survey(view: SectionView) -> None:
    view.set_layer("anomaly", True, 1.0)
    view.set_overlay("anomaly", values(view, 130))
    view.set_clusters_look(PALETTE, frozenset(), first=160, unit=2.0 / 128)
    assert texts(view) == ["2.50", "3.24", "≥ 3.98"]  # 128 is stored at a score of 2
    view.set_clusters_look(PALETTE, frozenset(), first=64, unit=2.0 / 128)
    assert texts(view)[0] == "1.00"


def test_the_uppermost_layer_counts(view: SectionView) -> None:
    for name in ("confidence", "anomaly", "matches"):
        view.set_layer(name, True, 0.6)
    view.set_confidence(values(view, 255))
    assert view.overlay_scale.scale.label == "confidence"
    view.set_overlay("anomaly", values(view, 200))
    assert view.overlay_scale.scale.label == "anomaly score"
    view.set_layer("anomaly", False, 0.6)
    assert view.overlay_scale.scale.label == "confidence"


@pytest.mark.parametrize("wanted", [False, True])
def test_a_pane_without_a_colour_bar_has_no_scale_either(view: SectionView, wanted: bool) -> None:
    view.set_layer("matches", True, 1.0)
    view.set_matches(values(view, 200))
    view.set_color_bar_wanted(wanted)
    assert view.overlay_scale.isVisible() is wanted
