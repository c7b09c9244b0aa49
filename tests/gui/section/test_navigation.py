"""Wheel, keys and dragging on a section view, by real events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from seisview.gui.section.section_axes import Ruler
from seisview.gui.section.section_view import SectionView
from tests.gui.section_pictures import picture

Key, Modifier, Button = Qt.Key, Qt.KeyboardModifier, Qt.MouseButton


@pytest.fixture
def view(qtbot) -> SectionView:
    view = SectionView()
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.set_section(picture())
    with qtbot.waitExposed(view):
        view.show()
    return view


def wheel(
    view, delta, modifiers=Modifier.NoModifier, at=None, sideways=False, buttons=Button.NoButton
) -> None:
    port = view.canvas.viewport()
    pos = QPointF(at if at is not None else port.rect().center())
    angle = QPoint(delta, 0) if sideways else QPoint(0, delta)
    event = QWheelEvent(
        pos, port.mapToGlobal(pos), QPoint(), angle, buttons, modifiers, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(port, event)


def recorded(signal) -> list:
    seen: list = []
    signal.connect(seen.append)
    return seen


def scales(view) -> np.ndarray:
    transform = view.canvas.transform()
    return np.array([transform.m11(), transform.m22()])


def test_the_wheel_steps_sections_and_shift_by_ten(view) -> None:
    steps = recorded(view.section_step_requested)
    wheel(view, -120)
    wheel(view, 240)
    wheel(view, -120, Modifier.ShiftModifier)
    assert steps == [1, -2, 10]


def test_fractions_of_a_notch_add_up(view) -> None:
    steps = recorded(view.section_step_requested)
    for _ in range(9):
        wheel(view, -40)
    assert steps == [1, 1, 1]


@pytest.mark.parametrize(
    ("key", "modifier", "step"),
    [
        (Key.Key_Right, Modifier.NoModifier, 1),
        (Key.Key_Left, Modifier.NoModifier, -1),
        (Key.Key_D, Modifier.NoModifier, 1),
        (Key.Key_A, Modifier.NoModifier, -1),
        (Key.Key_Right, Modifier.ShiftModifier, 10),
        (Key.Key_Left, Modifier.ShiftModifier, -10),
        (Key.Key_A, Modifier.ShiftModifier, -10),
    ],
)
@pytest.mark.parametrize("tool", ["pan", "brush"])
def test_keys_step_sections(view, tool, key, modifier, step) -> None:
    view.set_tool(tool)
    steps = recorded(view.section_step_requested)
    QTest.keyClick(view.canvas, key, modifier)
    assert steps == [step]


def test_a_section_that_cannot_be_read_is_left_as_any_other(view) -> None:
    view.clear("survey.sgy is shorter than it was.")
    steps = recorded(view.section_step_requested)
    QTest.keyClick(view.canvas, Key.Key_Left)
    QTest.keyClick(view.canvas, Key.Key_Right, Modifier.ShiftModifier)
    wheel(view, -120)
    assert steps == [-1, 10, 1]
    QTest.keyClick(view.canvas, Key.Key_F)
    QTest.keyClick(view.canvas, Key.Key_Right, Modifier.ControlModifier)
    wheel(view, -120, Modifier.ControlModifier)
    QTest.mouseClick(view.canvas.viewport(), Button.LeftButton)
    assert steps == [-1, 10, 1]


@pytest.mark.parametrize("tool", ["brush", "eraser"])
def test_shift_and_wheel_resize_the_brush_of_tools_that_have_one(view, tool) -> None:
    view.set_tool(tool)
    view.set_brush_diameter(20)
    steps, sizes = recorded(view.section_step_requested), recorded(view.brush_diameter_changed)
    wheel(view, 120, Modifier.ShiftModifier)
    wheel(view, -120, Modifier.ShiftModifier, sideways=True)
    assert sizes == [22, 20]
    assert steps == []


def test_brackets_resize_the_brush_within_limits(view) -> None:
    sizes = recorded(view.brush_diameter_changed)
    view.set_brush_diameter(2)
    for _ in range(3):
        QTest.keyClick(view.canvas, Key.Key_BracketLeft)
    QTest.keyClick(view.canvas, Key.Key_BracketRight)
    view.set_brush_diameter(199)
    for _ in range(2):
        QTest.keyClick(view.canvas, Key.Key_BracketRight)
    assert sizes == [1, 2, 200]


def test_alt_and_wheel_change_the_opacity_even_when_it_arrives_sideways(view) -> None:
    steps, opacity = recorded(view.section_step_requested), recorded(view.opacity_step_requested)
    wheel(view, 120, Modifier.AltModifier)
    wheel(view, -240, Modifier.AltModifier, sideways=True)
    assert opacity == [1, -2]
    assert steps == []


def test_ctrl_and_wheel_zoom_around_the_pointer(view) -> None:
    before = scales(view)
    at = view.pixel_of(10, 45)
    wheel(view, 240, Modifier.ControlModifier, at=at)
    np.testing.assert_allclose(scales(view), before * 1.25**2)
    moved = view.pixel_of(10, 45) - at
    assert abs(moved.x()) <= 2
    assert abs(moved.y()) <= 2


@pytest.mark.parametrize("key", [Key.Key_F, Key.Key_Home])
def test_fit_keys_show_the_whole_section(view, key) -> None:
    before = scales(view)
    QTest.keyClick(view.canvas, Key.Key_Plus)
    assert (scales(view) > before).all()
    QTest.keyClick(view.canvas, key)
    np.testing.assert_allclose(scales(view), before)


def drag_middle(view, start, end) -> None:
    port = view.canvas.viewport()
    QTest.mousePress(port, Button.MiddleButton, pos=start)
    QTest.mouseMove(port, end)
    QTest.mouseRelease(port, Button.MiddleButton, pos=end)


def test_a_middle_drag_moves_the_picture_with_the_mouse(view) -> None:
    view.set_tool("brush")
    strokes = recorded(view.stroke_painted)
    view.zoom(3)
    before = view.pixel_of(20, 30)
    drag_middle(view, QPoint(200, 200), QPoint(240, 170))
    moved = view.pixel_of(20, 30) - before
    assert abs(moved.x() - 40) <= 1
    assert abs(moved.y() + 30) <= 1
    assert strokes == []


def test_space_turns_the_left_button_to_panning_and_back(view) -> None:
    view.set_tool("brush")
    view.set_active_class(1)
    strokes: list = []
    view.stroke_painted.connect(lambda *args: strokes.append(args))
    view.zoom(3)
    before = view.pixel_of(20, 30)
    port = view.canvas.viewport()
    QTest.keyPress(view.canvas, Key.Key_Space)
    QTest.mousePress(port, Button.LeftButton, pos=QPoint(200, 200))
    QTest.mouseMove(port, QPoint(230, 200))
    QTest.mouseRelease(port, Button.LeftButton, pos=QPoint(230, 200))
    QTest.keyRelease(view.canvas, Key.Key_Space)
    assert abs((view.pixel_of(20, 30) - before).x() - 30) <= 1
    assert strokes == []
    QTest.mouseClick(port, Button.LeftButton, pos=QPoint(230, 200))
    assert len(strokes) == 1


def test_without_a_tool_the_left_button_pans(view) -> None:
    view.zoom(3)
    before = view.pixel_of(20, 30)
    port = view.canvas.viewport()
    QTest.mousePress(port, Button.LeftButton, pos=QPoint(200, 200))
    QTest.mouseMove(port, QPoint(260, 200))
    QTest.mouseRelease(port, Button.LeftButton, pos=QPoint(260, 200))
    assert abs((view.pixel_of(20, 30) - before).x() - 60) <= 1


def test_ctrl_and_arrows_pan(view) -> None:
    view.zoom(3)
    before = view.pixel_of(20, 30)
    QTest.keyClick(view.canvas, Key.Key_Right, Modifier.ControlModifier)
    QTest.keyClick(view.canvas, Key.Key_Down, Modifier.ControlModifier)
    moved = view.pixel_of(20, 30) - before
    assert moved.x() == -60
    assert moved.y() == -60


@pytest.mark.parametrize(
    ("key", "moved"),
    [(Key.Key_Up, 60), (Key.Key_Down, -60), (Key.Key_PageUp, 0), (Key.Key_PageDown, 0), (Key.Key_End, 0)],
)
def test_keys_never_move_the_picture_without_its_axes(view, key, moved) -> None:
    view.zoom(3)
    before = view.pixel_of(20, 30)
    QTest.keyClick(view.canvas, key)
    assert view.pixel_of(20, 30) - before == QPoint(0, moved)
    (ruler,) = (r for r in view.findChildren(Ruler) if r.toolTip().startswith("time"))
    assert abs(ruler.position_of(20) - view.pixel_of(20, 30).y()) <= 1


def test_the_wheel_does_not_leave_the_section_in_the_middle_of_a_stroke(view) -> None:
    steps = recorded(view.section_step_requested)
    wheel(view, -120, buttons=Button.LeftButton)
    assert steps == []


def test_digits_are_left_to_the_window(view, qtbot) -> None:
    with qtbot.assertNotEmitted(view.section_step_requested), qtbot.assertNotEmitted(view.view_changed):
        QTest.keyClick(view.canvas, Key.Key_1)
        QTest.keyClick(view.canvas, Key.Key_D, Modifier.ControlModifier)
