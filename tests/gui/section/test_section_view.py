"""The section view as a whole: axes, fit and zoom, changing sections, messages, access without a mouse."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from seisview.data.geometry import Axis, Domain, LineNumbers, SurveyGeometry
from seisview.gui.section.section_picture import SectionPicture, axis_scales
from tests.gui.section_pictures import GREEN, color_at, picture, plain, shown


def tick_texts(ruler) -> list[str]:
    return [tick.text for tick in ruler.visible_ticks]


def scales(view) -> np.ndarray:
    transform = view.canvas.transform()
    return np.array([transform.m11(), transform.m22()])


def test_a_new_section_fills_the_canvas(view) -> None:
    port = view.canvas.viewport()
    np.testing.assert_allclose(scales(view), [port.width() / 60, port.height() / 40])
    assert view.pixel_of(0, 0).x() < scales(view)[0]
    assert view.canvas.viewportTransform().dx() == 0
    assert view.canvas.viewportTransform().dy() == 0


def test_axes_are_in_survey_units(view) -> None:
    columns, rows = tick_texts(view.top_ruler), tick_texts(view.left_ruler)
    assert columns[0] == "2000"  # crosslines decrease from 2000 in steps of 5
    assert columns[-1] == "1705"
    assert len(columns) >= 4
    times = [int(text) for text in rows]
    assert times == sorted(times)
    assert min(times) >= 8
    assert max(times) <= 8 + 39 * 4
    assert len(times) >= 5
    assert view.left_ruler.accessibleName().startswith("time (ms)")


def test_marks_stand_over_their_elements(view) -> None:
    for tick in view.top_ruler.visible_ticks:
        assert abs(view.top_ruler.position_of(tick.position) - view.pixel_of(0, tick.position).x()) <= 1
    for tick in view.left_ruler.visible_ticks:
        assert abs(view.left_ruler.position_of(tick.position) - view.pixel_of(tick.position, 0).y()) <= 1
    top = view.top_ruler.mapTo(view, view.top_ruler.rect().topLeft()).x()
    canvas = view.canvas.mapTo(view, view.canvas.rect().topLeft()).x()
    assert top == canvas


def test_marks_follow_zoom_and_pan(view) -> None:
    view.zoom(8)
    for tick in view.top_ruler.visible_ticks:
        assert abs(view.top_ruler.position_of(tick.position) - view.pixel_of(0, tick.position).x()) <= 1
        assert int(tick.text) == 2000 - 5 * tick.position
    assert tick_texts(view.top_ruler)[0] != "2000"


def test_a_time_slice_has_inlines_along_the_top_and_crosslines_down(view) -> None:
    view.set_section(picture(axis=Axis.SAMPLE, index=0))
    assert tick_texts(view.top_ruler)[0] == "100"
    assert tick_texts(view.top_ruler)[-1] == "129"
    assert tick_texts(view.left_ruler)[0] == "2000"
    assert tick_texts(view.left_ruler)[-1] == "1705"


def test_depth_surveys_are_in_metres_and_2d_lines_count_traces() -> None:
    geometry = SurveyGeometry(
        LineNumbers((1,)), LineNumbers.regular(1, 1, 9), 5, 100.0, 2.5, domain=Domain.DEPTH
    )
    x, y = axis_scales(geometry, Axis.INLINE)
    assert (x.title, y.title) == ("trace", "depth (m)")
    assert y.numbers.tolist() == [100.0, 102.5, 105.0, 107.5, 110.0]


def test_text_is_at_least_nine_points(view) -> None:
    for widget in (view.top_ruler, view.left_ruler, view.color_bar, view.canvas):
        assert widget.font().pointSizeF() >= 9


def test_the_zoom_is_kept_from_section_to_section_and_for_each_axis(view) -> None:
    view.zoom(4)
    zoomed, place = scales(view), view.pixel_of(20, 30)
    view.set_section(picture(index=4))
    np.testing.assert_allclose(scales(view), zoomed)
    view.set_section(picture(axis=Axis.CROSSLINE, index=4))
    np.testing.assert_allclose(scales(view)[0], view.canvas.viewport().width() / 30)
    view.set_section(picture(index=5))
    np.testing.assert_allclose(scales(view), zoomed)
    assert view.pixel_of(20, 30) == place


def test_overlays_of_another_section_are_never_drawn(view) -> None:
    view.set_labels(np.full((40, 60), 2, np.uint8))
    assert color_at(view, 20, 30) == GREEN
    view.set_section(picture())  # the same one, e.g. drawn with gaps now
    assert color_at(view, 20, 30) == GREEN
    view.set_section(picture(index=4))
    assert color_at(view, 20, 30) != GREEN


def test_a_fitted_section_stays_fitted_when_the_window_grows(view) -> None:
    view.resize(900, 650)
    QApplication.processEvents()
    port = view.canvas.viewport()
    np.testing.assert_allclose(scales(view), [port.width() / 60, port.height() / 40])


def test_an_enlarged_section_keeps_its_scale_and_centre_when_the_window_grows(view) -> None:
    view.zoom(4)
    before = scales(view)
    view.resize(900, 650)
    QApplication.processEvents()
    np.testing.assert_allclose(scales(view), before)
    center = view.canvas.scene_position(view.canvas.viewport().rect().center().toPointF())
    assert abs(center.x() - 30) < 0.5
    assert abs(center.y() - 20) < 0.5


def test_a_locked_aspect_keeps_samples_in_proportion(view) -> None:
    view.set_exaggeration(1.0)
    view.fit()
    assert scales(view)[0] == pytest.approx(scales(view)[1])
    view.set_exaggeration(2.0)
    assert scales(view)[1] == pytest.approx(2 * scales(view)[0])
    view.set_exaggeration(None)
    view.fit()
    assert scales(view)[0] == pytest.approx(view.canvas.viewport().width() / 60)


def test_clear_shows_a_message_instead_of_a_section(view) -> None:
    drawn = shown(view)
    view.clear("The survey cannot be read any more.")
    empty = shown(view)
    assert empty != drawn
    assert view.key is None
    assert view.top_ruler.visible_ticks == ()
    assert not view.color_bar.isVisible()
    colors = {
        empty.pixelColor(x, empty.height() // 2 + d).rgb() for x in range(empty.width()) for d in (-4, 0, 4)
    }
    assert len(colors) > 1  # there is text
    view.set_section(picture())
    assert shown(view) == drawn
    assert view.color_bar.isVisible()


def test_the_pointer_is_marked_on_both_rulers(view) -> None:
    QTest.mouseMove(view.canvas.viewport(), view.pixel_of(11, 22))
    with_marker = view.top_ruler.grab().toImage()
    QTest.mouseMove(view.canvas.viewport(), view.pixel_of(11, 40))
    assert view.top_ruler.grab().toImage() != with_marker


def test_the_keyboard_reaches_the_section(view, qtbot) -> None:
    view.setFocus()
    assert view.canvas.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert view.focusProxy() is view.canvas
    assert view.canvas.accessibleName() == "section"
    assert view.canvas.accessibleDescription() == "inline 103"
    for widget in (view.top_ruler, view.left_ruler, view.color_bar):
        assert widget.accessibleName()


@pytest.mark.parametrize("shape", [(1, 1), (1, 60), (40, 1)])
def test_tiny_sections_are_drawn(view, shape) -> None:
    view.set_section(plain(shape, 1.0))
    view.set_labels(np.full(shape, 2, np.uint8))
    view.zoom(3)
    assert not shown(view).isNull()
    view.fit()
    center = shown(view).pixelColor(view.canvas.viewport().rect().center())
    assert center.getRgb()[:3] == GREEN


def test_pictures_whose_axes_or_gaps_do_not_fit_are_refused() -> None:
    good = picture()
    with pytest.raises(ValueError, match="axes"):
        SectionPicture(good.key, "", good.amplitude[1:], good.x_axis, good.y_axis)
    with pytest.raises(ValueError, match="gaps"):
        SectionPicture(good.key, "", good.amplitude, good.x_axis, good.y_axis, np.zeros(40, bool))


@pytest.mark.data
def test_a_real_section_is_drawn_time_down_and_lines_to_the_right(view, real_data) -> None:
    with np.load(real_data("parihaka-facies.npz")) as data:
        amplitude = data["amplitude"][118].T.astype(np.float32)
    rows, columns = amplitude.shape
    geometry = SurveyGeometry(
        LineNumbers.regular(1, 1, 210), LineNumbers.regular(4000, 1, columns), rows, 0.0, 3.0
    )
    view.set_section(picture(index=118, amplitude=amplitude, geometry=geometry))
    view.zoom(8)
    center = view.canvas.scene_position(view.canvas.viewport().rect().center().toPointF())
    row, column = int(center.y()), int(center.x())
    around = amplitude[row - 15 : row + 15, column - 15 : column + 15]
    drawn = np.array(
        [[color_at(view, row + r, column + c)[0] for c in range(-15, 15, 3)] for r in range(-15, 15, 3)]
    )
    assert np.corrcoef(drawn.ravel(), np.clip(around[::3, ::3], -1, 1).ravel())[0, 1] > 0.95
