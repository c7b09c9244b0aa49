from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from seisview.data.colormaps import colormap
from seisview.data.gaps import GAP_COLORS
from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.export.images import draw_section, save_section_image
from seisview.export.section_image import AmplitudeStyle, SectionPicture, section_colors
from seisview.export.ticks import AxisDescription, round_step, section_axes
from seisview.labels.facies import FaciesScheme


@pytest.fixture
def picture(geometry: SurveyGeometry) -> SectionPicture:
    amplitude = np.linspace(-2, 2, 16 * 7, dtype=np.float32).reshape(16, 7)
    return SectionPicture(
        geometry, SectionKey(Axis.INLINE, 1), amplitude, AmplitudeStyle(1.0), source="a.sgy"
    )


def test_amplitudes_are_symmetric_about_zero_and_clipped(picture: SectionPicture) -> None:
    amplitude = np.array([[-9, -1, 0, 1, 9], [1, 1, 1, 1, 1]], np.float32)
    colors = section_colors(replace(picture, amplitude=amplitude))[0]
    assert (colors[0] == colors[1]).all()
    assert (colors[3] == colors[4]).all()
    assert (colors[2] == colormap("grey").table[128]).all()
    assert colors[0, 0] < 10
    assert colors[4, 0] > 245


def test_gaps_are_hatched_as_in_the_window_and_labels_show_on_them(picture: SectionPicture) -> None:
    amplitude, sure = np.ones((16, 7), np.float32), np.full((16, 7), 255, np.uint8)
    amplitude[:, 2:4], sure[:, 2:4], amplitude[3, 5] = 0, 0, 0
    shown = replace(picture, amplitude=amplitude, confidence=sure)
    colors = section_colors(shown)
    tones = {tuple(color) for color in colors[:, 2:4].reshape(-1, 3).tolist()}
    assert tones == {tuple(tone) for tone in GAP_COLORS.tolist()}
    assert tuple(colors[3, 5].tolist()) not in tones
    labels = np.zeros((16, 7), np.uint8)
    labels[4, 2] = 1
    labelled = section_colors(replace(shown, labels=labels, scheme=FaciesScheme.named(("Sand",))))
    assert (labelled[4, 2] != colors[4, 2]).any()
    on_slice = section_colors(replace(picture, amplitude=amplitude, key=SectionKey(Axis.SAMPLE, 1)))
    assert (on_slice[:, 2] == on_slice[3, 5]).all()


def test_values_of_one_sign_are_drawn_in_all_colours(picture: SectionPicture) -> None:
    style = AmplitudeStyle(500.0, center=7500.0)
    amplitude = np.array([[7000, 7500, 8000]], np.float32)
    low, middle, high = section_colors(replace(picture, style=style, amplitude=amplitude))[0]
    assert low[0] < 10
    assert (middle == colormap("grey").table[128]).all()
    assert high[0] > 245


def test_facies_blend_and_unlabelled_stays_transparent(picture: SectionPicture) -> None:
    scheme = FaciesScheme.named(["A", "B"])
    facies = np.zeros((16, 7), np.uint8)
    facies[3] = 2
    plain, drawn = (
        section_colors(picture),
        section_colors(replace(picture, facies=facies, scheme=scheme, opacity=1.0)),
    )
    np.testing.assert_array_equal(drawn[:3], plain[:3])
    np.testing.assert_array_equal(drawn[3], np.broadcast_to(scheme.get(2).rgb, (7, 3)))


def test_low_confidence_darkens(picture: SectionPicture) -> None:
    sure = section_colors(replace(picture, confidence=np.full((16, 7), 255, np.uint8)))
    unsure = section_colors(replace(picture, confidence=np.zeros((16, 7), np.uint8)))
    np.testing.assert_array_equal(sure, section_colors(picture))
    assert unsure.mean() < 0.3 * sure.mean()


def test_the_png_holds_the_section_row_zero_on_top(picture: SectionPicture, tmp_path: Path) -> None:
    out = tmp_path / "section.png"
    save_section_image(picture, out)
    with Image.open(out) as image:
        assert image.text["Title"].startswith("Inline 102")
        page = np.asarray(image.convert("RGB")).astype(int)
    colors = section_colors(picture)
    zoom = round(1200 / 7)
    plot = page[58 : 58 + 16 * 50, 96 : 96 + 7 * zoom]
    np.testing.assert_array_equal(plot[25::50, zoom // 2 :: zoom], colors)
    assert [p.name for p in tmp_path.iterdir()] == ["section.png"]


def test_a_legend_only_of_what_is_there_widens_nothing_else(picture: SectionPicture) -> None:
    scheme = FaciesScheme.named(["A", "B", "C"])
    facies = np.full((16, 7), 2, np.uint8)
    page = np.asarray(draw_section(replace(picture, facies=facies, scheme=scheme, opacity=0.0)))
    right = page[:, 96 + 7 * 171 + 5 :]
    present = [(right == c.rgb).all(axis=2).sum() > 200 for c in scheme]
    assert present == [False, True, False]


@pytest.mark.parametrize("axis", list(Axis))
def test_every_axis_draws(axis: Axis, geometry: SurveyGeometry) -> None:
    shape = geometry.section_shape(axis)
    picture = SectionPicture(geometry, SectionKey(axis, 0), np.zeros(shape, np.float32), AmplitudeStyle(1.0))
    assert draw_section(picture).width > 600


def test_axes_carry_units_and_line_numbers(geometry: SurveyGeometry) -> None:
    horizontal, vertical = section_axes(geometry, SectionKey(Axis.INLINE, 0))
    assert (horizontal.label, vertical.label) == ("Crossline", "Two-way time (ms)")
    assert horizontal.numbers[0] == 307
    assert vertical.numbers[:2] == (40.0, 44.0)


def test_ticks_are_round_and_in_place_where_numbers_decrease_or_skip() -> None:
    down = AxisDescription("", tuple(float(n) for n in range(307, 280, -1))).ticks(5)
    assert {t.text: t.index for t in down} == {"290": 17.0, "300": 7.0}
    gap = AxisDescription("", (10.0, 11.0, 20.0, 21.0)).ticks(2)
    assert {t.text: t.index for t in gap} == {"10": 0.0, "20": 2.0}
    assert AxisDescription("", (5.0,)).ticks(4)[0].text == "5"


@pytest.mark.parametrize(
    ("step", "rounded"), [(0.9, 1.0), (1.0, 1.0), (1.1, 2.0), (37, 50), (0.03, 0.05), (0, 1)]
)
def test_round_step(step: float, rounded: float) -> None:
    assert round_step(step) == pytest.approx(rounded)


def test_a_large_section_is_reduced() -> None:
    geometry = SurveyGeometry(LineNumbers((1,)), LineNumbers.regular(1, 1, 3000), 1200, 0.0, 2.0)
    amplitude = np.zeros((1200, 3000), np.float32)
    page = draw_section(SectionPicture(geometry, SectionKey(Axis.INLINE, 0), amplitude, AmplitudeStyle(1.0)))
    assert page.width < 1700


def test_painted_areas_have_an_outline_and_predictions_have_none(picture: SectionPicture) -> None:
    ink, scheme = (16, 16, 16), FaciesScheme.named(["A", "B"])
    areas = np.zeros((16, 7), np.uint8)
    areas[4:9, 2:5] = 2
    whole = np.ones((16, 7), np.uint8)

    def inked(**layers: np.ndarray) -> int:
        page = np.asarray(draw_section(replace(picture, scheme=scheme, opacity=1.0, **layers)))
        return int((page == ink).all(axis=2).sum())

    base = inked()
    assert inked(facies=areas) == base
    height, width = 16 * round(800 / 16), 7 * round(1200 / 7)
    around = 2 * (5 * height // 16 + 3 * width // 7) - 4
    assert inked(labels=areas) == base + around
    assert inked(labels=whole) == base  # an area that goes on beyond the section has no border there
