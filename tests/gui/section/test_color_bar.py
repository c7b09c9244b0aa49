"""The colour bar: limits, zero, label, orientation."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF

from seisview.data.colormaps import colormap
from seisview.gui.section.color_bar import ColorBar, NumberScale


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
    assert ticks[0.0] == "12,500"
    assert ticks[0.25] == "6,250"
    assert ticks[0.5] == "0"
    assert ticks[1.0] == "\N{MINUS SIGN}12,500"


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
    assert "12,500" in bar.accessibleName()


@pytest.mark.parametrize(
    ("limit", "numbers", "factor"),
    [
        (2663.0, ["2,660", "1,330", "0"], ""),
        (1.0, ["1.00", "0.50", "0"], ""),
        (0.0312, ["0.0312", "0.0156", "0"], ""),
        (999.7, ["1,000", "500", "0"], ""),
        (31872.0, ["31,900", "15,900", "0"], ""),
        (2.66e-4, ["266", "133", "0"], " × 10⁻⁶"),
        (4.2e9, ["4.20", "2.10", "0"], " × 10⁹"),
        (1.7e38, ["170", "85", "0"], " × 10³⁶"),
    ],
)
def test_numbers_are_readable(limit, numbers, factor) -> None:
    scale = NumberScale(limit)
    assert [scale.text(limit * share) for share in (1.0, 0.5, 0.0)] == numbers
    assert scale.text(-limit) == "\N{MINUS SIGN}" + numbers[0]
    assert scale.factor_text == factor


def test_a_power_of_ten_is_named_once(bar) -> None:
    bar.set_scale(colormap("red-white-blue").table, 5e9, "amplitude")
    assert bar.label == "amplitude × 10⁹"
    assert dict(bar.ticks)[0.0] == "5.00"
    assert "× 10⁹" in bar.accessibleName()


def test_a_low_bar_names_the_filter_and_cuts_off_no_beginning(bar) -> None:
    bar.set_scale(colormap("grey").table, 2.5, "amplitude, AGC 250 ms (display only)")
    bar.resize(bar.sizeHint().width(), 500)
    assert bar.shown_label == "amplitude, AGC 250 ms (display only)"
    bar.resize(bar.width(), bar.fontMetrics().horizontalAdvance("AGC 250 ms (display only)") + 4)
    assert bar.shown_label == "AGC 250 ms (display only)"
    bar.resize(bar.width(), 80)
    assert bar.shown_label.startswith("AGC")
    assert bar.shown_label.endswith("\N{HORIZONTAL ELLIPSIS}")


def test_a_very_low_bar_says_amp_as_the_status_line_does(bar) -> None:
    bar.set_scale(colormap("grey").table, 2.5, "amplitude")
    bar.resize(bar.sizeHint().width(), bar.fontMetrics().horizontalAdvance("amplitude") - 4)
    assert bar.shown_label == "amp"


def test_a_bar_of_values_of_one_sign_names_their_ends(bar) -> None:
    bar.set_scale(colormap("grey").table, 127.5, "amplitude", 127.5)
    assert [text for _, text in bar.ticks] == ["255", "191", "128", "64", "0"]
    assert bar.toolTip() == "amplitude: colours from 0 to 255"
