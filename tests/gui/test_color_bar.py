"""The colour bar: limits, zero, label, orientation."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF

from seisview.data.colormaps import colormap
from seisview.gui.color_bar import ColorBar, amplitude_text


@pytest.fixture
def bar(qtbot) -> ColorBar:
    bar = ColorBar()
    qtbot.addWidget(bar)
    bar.set_scale(colormap("red-white-blue").table, 12500.0, "amplitude")
    bar.resize(bar.sizeHint().width(), 400)
    bar.show()
    return bar


def test_limits_and_zero_are_labelled(bar) -> None:
    ticks = dict(bar.ticks)
    assert ticks[0.0] == "1.25e+04"
    assert ticks[0.5] == "0"
    assert ticks[1.0] == "\N{MINUS SIGN}1.25e+04"


def test_positive_amplitudes_are_at_the_top(bar) -> None:
    image = bar.grab().toImage()
    top, bottom = image.pixelColor(14, 14), image.pixelColor(14, 386)
    assert top.blue() > top.red() + 50
    assert bottom.red() > bottom.blue() + 50


def test_numbers_are_not_cut(bar) -> None:
    widest = max(QFontMetricsF(bar.font()).horizontalAdvance(text) for _, text in bar.ticks)
    assert bar.sizeHint().width() > 8 + 14 + 4 + widest


def test_a_screen_reader_hears_what_is_shown(bar) -> None:
    assert "amplitude" in bar.accessibleName()
    assert "1.25e+04" in bar.accessibleName()


@pytest.mark.parametrize(
    ("number", "text"), [(0.0, "0"), (-0.0, "0"), (-0.25, "−0.25"), (1234.0, "1.23e+03"), (80.0, "80")]
)
def test_amplitude_text(number, text) -> None:
    assert amplitude_text(number) == text
