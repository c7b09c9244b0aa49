"""Amplitudes on screen: symmetric clip, gaps, averaging when shrunk, crisp when enlarged."""

from __future__ import annotations

import numpy as np
import pytest

from seisview.data.gaps import dead_traces
from seisview.gui.section.amplitude_layer import AmplitudeLayer, quantise
from seisview.gui.section.color_tables import FIRST_LEVEL, GAP_TONES, LAST_LEVEL, ZERO_LEVEL
from seisview.gui.section.section_view import DisplaySettings, SectionView
from tests.gui.section_pictures import color_at, picture, plain, shown
from tests.gui.shown_widget import shown_widget


def quantised(values, limit) -> list[int]:
    array = np.asarray([values], np.float32)
    out = np.zeros(array.shape, np.uint8)
    quantise(array, limit, out)
    return out[0].tolist()


def test_zero_is_in_the_middle_and_the_limits_at_the_ends() -> None:
    assert quantised([-5, -2, 0, 2, 5], limit=2.0) == [2, 2, 128, 254, 254]
    assert (FIRST_LEVEL, ZERO_LEVEL, LAST_LEVEL) == (2, 128, 254)


def test_levels_are_rounded_and_symmetric() -> None:
    values = np.linspace(-1, 1, 997)
    up = np.array(quantised(values, 1.0)) - ZERO_LEVEL
    down = ZERO_LEVEL - np.array(quantised(-values, 1.0))
    assert np.abs(up - values * 126).max() <= 0.5001
    assert np.abs(up - down).max() <= 1  # halves round up on both sides


def test_nan_and_infinity_do_no_harm() -> None:
    assert quantised([np.nan, np.inf, -np.inf, 0.0], 1.0) == [ZERO_LEVEL, LAST_LEVEL, FIRST_LEVEL, ZERO_LEVEL]


def test_averaging_weighs_neighbours_equally_and_copes_with_odd_sizes() -> None:
    layer = AmplitudeLayer()
    amplitude = np.random.default_rng(0).uniform(-1, 1, (13, 7)).astype(np.float32)
    layer.set_section(amplitude)
    pixels = layer.indexed(4, 2).pixels
    assert pixels.shape == (4, 4)
    expected = (pixels[:3, :3].astype(float) - ZERO_LEVEL) / 126
    mean = amplitude[:12, :6].reshape(3, 4, 3, 2).mean(axis=(1, 3))
    assert np.abs(expected - mean).max() < 0.005


def test_gaps_are_hatched_at_every_reduction() -> None:
    layer = AmplitudeLayer()
    gaps = np.zeros(64, bool)
    gaps[16:48] = True
    layer.set_section(np.ones((32, 64), np.float32), gaps)
    for shrink in (1, 4):
        pixels = layer.indexed(shrink, shrink).pixels
        inside = pixels[:, 16 // shrink : 48 // shrink]
        assert set(np.unique(inside)) == set(GAP_TONES)
        assert (pixels[:, : 16 // shrink] == LAST_LEVEL).all()


@pytest.fixture
def view(qtbot) -> SectionView:
    return shown_widget(qtbot, SectionView(), 700, 500)


def test_positive_is_light_and_negative_dark_in_grey(view) -> None:
    amplitude = np.zeros((40, 60), np.float32)
    amplitude[:, :20], amplitude[:, 40:] = -1.0, 1.0
    view.set_display(DisplaySettings(clip_limit=1.0))
    view.set_section(picture(amplitude=amplitude))
    assert max(color_at(view, 20, 10)) < 10
    assert 100 < color_at(view, 20, 30)[0] < 140
    assert min(color_at(view, 20, 50)) > 240


def test_gain_and_clip_change_the_picture_but_not_zero(view) -> None:
    amplitude = np.zeros((40, 60), np.float32)
    amplitude[:, 30:] = 0.5
    view.set_section(picture(amplitude=amplitude))
    view.set_display(DisplaySettings(clip_limit=2.0))
    weak, zero = color_at(view, 20, 45)[0], color_at(view, 20, 10)
    view.set_display(DisplaySettings(clip_limit=2.0, gain=4.0))
    assert color_at(view, 20, 45)[0] > 240 > weak
    assert color_at(view, 20, 10) == zero


def test_the_colour_map_is_swapped(view) -> None:
    amplitude = np.full((40, 60), 1.0, np.float32)
    view.set_section(picture(amplitude=amplitude))
    view.set_display(DisplaySettings(colormap="red-white-blue"))
    red, _, blue = color_at(view, 20, 30)
    assert blue > red + 50
    view.set_display(DisplaySettings(colormap="blue-white-red"))
    red, _, blue = color_at(view, 20, 30)
    assert red > blue + 50


def test_gaps_look_like_no_amplitude_of_the_grey_map(view) -> None:
    gaps = np.zeros(60, bool)
    gaps[30:] = True
    view.set_section(picture(gaps=gaps))
    image = shown(view)
    colors = {image.pixelColor(x, y).getRgb()[:3] for x in range(400, 540) for y in range(50, 300)}
    assert len(colors) == 2
    assert all(blue > red + 10 for red, _, blue in colors)


def test_enlarged_samples_are_drawn_crisply(view) -> None:
    amplitude = np.where(np.indices((40, 60)).sum(0) % 2, 1.0, -1.0).astype(np.float32)
    view.set_section(picture(amplitude=amplitude))
    image = shown(view)
    levels = {image.pixelColor(x, 200).lightness() for x in range(20, 500)}
    assert len(levels) == 2


def test_shrunk_sections_are_averaged_not_thinned_out(view) -> None:
    fine = plain((3000, 4000), 1.0)
    fine.amplitude[:, ::2] = -1.0
    view.set_section(fine)
    image = shown(view)
    levels = [image.pixelColor(x, 200).lightness() for x in range(20, 500)]
    assert max(levels) - min(levels) <= 2  # thinning out gives black and white


def test_dead_traces_are_the_columns_of_zeros() -> None:
    amplitude = np.zeros((50, 6), np.float32)
    amplitude[:, 1] = 1.0
    amplitude[7, 4] = 1e-6
    assert dead_traces(amplitude).tolist() == [True, False, True, True, False, True]


def test_values_of_one_sign_are_drawn_in_all_tones(view) -> None:
    amplitude = np.zeros((40, 60), np.float32)
    amplitude[:, 20:], amplitude[:, 40:] = 127.5, 255.0
    view.set_display(DisplaySettings(clip_limit=127.5, center=127.5))
    view.set_section(picture(amplitude=amplitude))
    assert max(color_at(view, 20, 10)) < 10
    assert 100 < color_at(view, 20, 30)[0] < 140
    assert min(color_at(view, 20, 50)) > 240
